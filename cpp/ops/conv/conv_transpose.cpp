#include "ops/conv/convolution.h"

namespace dlcore {
namespace {

// Its input is the output of the convolution that it transposes.
Tensor conv_transpose(const ConvolutionArguments& of, const Dims& padding, const Dims& output_padding) {
  Convolution c = checked(of, true);
  auto& g = c.geometry;
  kernels::conv::Axes more = {};
  set_axes(of, "padding", padding, 0, g.padding);
  set_axes(of, "output_padding", output_padding, 0, more);
  for (int d = 0; d < 3; ++d) {
    if (more[d] > 0 && more[d] >= std::max(g.stride[d], g.dilation[d]))
      raise<ValueError>(of.name, ": output_padding: expected less than the stride or the dilation, ",
                        std::max(g.stride[d], g.dilation[d]), ", got ", more[d]);
    g.input[d] = (g.output[d] - 1) * g.stride[d] - 2 * g.padding[d] + (g.kernel[d] - 1) * g.dilation[d] + 1 + more[d];
  }
  for (int d = 0; d < 3; ++d) {
    if (g.input[d] < 1)
      raise<ValueError>(of.name, ": padding ", used(c, g.padding), " leaves a result of size ", used(c, g.input));
  }
  numel_of(c.x_shape());  // can be counted
  if (of.x.ndim() == of.dims + 2) return convolve_back(of.name, of.x, of.w, of.b, c);
  return squeeze(convolve_back(of.name, unsqueeze(of.x, 0), of.w, of.b, c), Dims{0});
}

}  // namespace

Tensor conv_transpose1d(const Tensor& x, const Tensor& w, const Tensor& b, const Dims& stride, const Dims& padding,
                        const Dims& output_padding, int64_t groups, const Dims& dilation) {
  return conv_transpose({"conv_transpose1d", 1, x, w, b, stride, dilation, groups}, padding, output_padding);
}
Tensor conv_transpose2d(const Tensor& x, const Tensor& w, const Tensor& b, const Dims& stride, const Dims& padding,
                        const Dims& output_padding, int64_t groups, const Dims& dilation) {
  return conv_transpose({"conv_transpose2d", 2, x, w, b, stride, dilation, groups}, padding, output_padding);
}
Tensor conv_transpose3d(const Tensor& x, const Tensor& w, const Tensor& b, const Dims& stride, const Dims& padding,
                        const Dims& output_padding, int64_t groups, const Dims& dilation) {
  return conv_transpose({"conv_transpose3d", 3, x, w, b, stride, dilation, groups}, padding, output_padding);
}

}  // namespace dlcore
