#include "ops/conv/convolution.h"

namespace dlcore {
namespace {

constexpr int64_t kMost = int64_t{1} << 31;  // beyond it, sums and products of sizes could not be counted

// "(N, C, H, W)", or that of a weight.
std::string layout(const char* first, const char* second, int dims) {
  static constexpr const char* kAxes[] = {"D", "H", "W"};
  std::string out = text("(", first, ", ", second);
  if (dims == 1) out += ", L";
  for (int d = 3 - dims; dims > 1 && d < 3; ++d) out += text(", ", kAxes[d]);
  return out + ")";
}

void check_tensors(const ConvolutionArguments& of, bool transposed) {
  if (of.x.ndim() != of.dims + 1 && of.x.ndim() != of.dims + 2)
    raise<ValueError>(of.name, ": input: expected shape ", layout("N", "C", of.dims), " or the same without N, got ",
                      of.x.shape());
  if (of.w.ndim() != of.dims + 2)
    raise<ValueError>(
        of.name, ": weight: expected shape ",
        transposed ? layout("C_in", "C_out / groups", of.dims) : layout("C_out", "C_in / groups", of.dims), ", got ",
        of.w.shape());
  if (!is_floating(of.x.dtype())) raise<TypeError>(of.name, ": input: expected a floating dtype, got ", of.x.dtype());
  if (of.w.dtype() != of.x.dtype())
    raise<TypeError>(of.name, ": weight: expected the input's dtype ", of.x.dtype(), ", got ", of.w.dtype());
  if (of.b.defined() && of.b.dtype() != of.x.dtype())
    raise<TypeError>(of.name, ": bias: expected the input's dtype ", of.x.dtype(), ", got ", of.b.dtype());
}

void check_channels(const ConvolutionArguments& of, bool transposed) {
  const int64_t channels = of.x.size(of.x.ndim() - of.dims - 1), rows = of.w.size(0), columns = of.w.size(1);
  if (of.groups < 1) raise<ValueError>(of.name, ": groups: expected a positive number, got ", of.groups);
  if (channels % of.groups != 0)
    raise<ValueError>(of.name, ": groups ", of.groups, " does not divide the ", channels, " channels of the input");
  if (transposed) {
    if (rows != channels)
      raise<ValueError>(of.name, ": weight: expected ", channels, " rows, as many as the input of shape ", of.x.shape(),
                        " has channels, got shape ", of.w.shape());
  } else {
    if (rows % of.groups != 0)
      raise<ValueError>(of.name, ": groups ", of.groups, " does not divide the ", rows, " rows of the weight");
    if (columns != channels / of.groups)
      raise<ValueError>(of.name, ": weight: expected ", channels / of.groups, " channels, for input of shape ",
                        of.x.shape(), " and groups ", of.groups, ", got shape ", of.w.shape());
  }
  const int64_t outputs = transposed ? columns * of.groups : rows;
  if (of.b.defined() && of.b.shape() != Shape{outputs})
    raise<ValueError>(of.name, ": bias: expected shape ", Shape{outputs}, ", got ", of.b.shape());
}

}  // namespace

void set_axes(const ConvolutionArguments& of, const char* argument, const Dims& values, int64_t least,
              kernels::conv::Axes& axes) {
  if (values.size() != 1 && values.size() != of.dims)
    raise<ValueError>(of.name, ": ", argument, ": expected one number or ", of.dims, ", got ", values);
  for (int d = 0; d < of.dims; ++d) {
    const int64_t value = values[values.size() == 1 ? 0 : d];
    if (value < least || value > kMost)
      raise<ValueError>(of.name, ": ", argument, ": expected ", value > kMost ? "at most " : "at least ",
                        value > kMost ? kMost : least, ", got ", value);
    axes[3 - of.dims + d] = value;
  }
}

Dims used(const Convolution& of, const kernels::conv::Axes& axes) {
  Dims out;
  for (int d = 3 - of.dims; d < 3; ++d) out.push_back(axes[d]);
  return out;
}

Convolution checked(const ConvolutionArguments& of, bool transposed) {
  check_tensors(of, transposed);
  check_channels(of, transposed);
  const kernels::conv::Axes ones = {1, 1, 1};
  Convolution out{{of.x.ndim() == of.dims + 2 ? of.x.size(0) : 1, of.groups, 0, 0, ones, ones, ones, ones, {}, ones},
                  of.dims};
  auto& g = out.geometry;
  g.C_in = of.w.size(1);
  g.C_out = of.w.size(0) / of.groups;
  set_axes(of, "stride", of.stride, 1, g.stride);
  set_axes(of, "dilation", of.dilation, 1, g.dilation);
  for (int d = 0; d < of.dims; ++d) {
    const int axis = 3 - of.dims + d;
    (transposed ? g.output : g.input)[axis] = of.x.size(of.x.ndim() - of.dims + d);
    g.kernel[axis] = of.w.size(2 + d);
    if (g.kernel[axis] == 0)
      raise<ValueError>(of.name, ": weight: expected a kernel with elements, got shape ", of.w.shape());
  }
  return out;
}

}  // namespace dlcore
