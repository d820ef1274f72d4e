#include "ops/conv/convolution.h"

namespace dlcore {
namespace {

// Elements that an axis of the kernel spans.
int64_t span_of(const kernels::conv::Geometry& g, int d) { return (g.kernel[d] - 1) * g.dilation[d] + 1; }

// Padding before each axis into the geometry; returns that behind.
kernels::conv::Axes set_padding(const ConvolutionArguments& of, const ConvPadding& padding,
                                kernels::conv::Geometry& g) {
  kernels::conv::Axes behind = {};
  if (padding.name.empty()) {
    set_axes(of, "padding", padding.widths, 0, g.padding);
    return g.padding;
  }
  if (padding.name == "valid") return behind;
  if (padding.name != "same")
    raise<ValueError>(of.name, ": padding: expected numbers, 'same' or 'valid', got '", padding.name, "'");
  for (int d = 0; d < 3; ++d) {
    if (g.stride[d] != 1) raise<ValueError>(of.name, ": padding 'same' needs stride 1, got ", g.stride[d]);
    g.padding[d] = (span_of(g, d) - 1) / 2;
    behind[d] = span_of(g, d) - 1 - g.padding[d];
  }
  return behind;
}

Tensor conv(const ConvolutionArguments& of, const ConvPadding& padding) {
  Convolution c = checked(of, false);
  auto& g = c.geometry;
  const kernels::conv::Axes behind = set_padding(of, padding, g);
  for (int d = 0; d < 3; ++d) {
    const int64_t padded = g.input[d] + g.padding[d] + behind[d];
    if (padded < span_of(g, d)) {
      kernels::conv::Axes inputs, spans;
      for (int i = 0; i < 3; ++i) {
        inputs[i] = g.input[i] + g.padding[i] + behind[i];
        spans[i] = span_of(g, i);
      }
      raise<ValueError>(of.name, ": a kernel that spans ", used(c, spans), " is larger than the padded input ",
                        used(c, inputs));
    }
    g.output[d] = (padded - span_of(g, d)) / g.stride[d] + 1;
  }
  numel_of(c.y_shape());  // can be counted
  if (of.x.ndim() == of.dims + 2) return convolve(of.name, of.x, of.w, of.b, c);
  return squeeze(convolve(of.name, unsqueeze(of.x, 0), of.w, of.b, c), Dims{0});
}

}  // namespace

Tensor conv1d(const Tensor& x, const Tensor& w, const Tensor& b, const Dims& stride, const ConvPadding& padding,
              const Dims& dilation, int64_t groups) {
  return conv({"conv1d", 1, x, w, b, stride, dilation, groups}, padding);
}
Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b, const Dims& stride, const ConvPadding& padding,
              const Dims& dilation, int64_t groups) {
  return conv({"conv2d", 2, x, w, b, stride, dilation, groups}, padding);
}
Tensor conv3d(const Tensor& x, const Tensor& w, const Tensor& b, const Dims& stride, const ConvPadding& padding,
              const Dims& dilation, int64_t groups) {
  return conv({"conv3d", 3, x, w, b, stride, dilation, groups}, padding);
}

}  // namespace dlcore
