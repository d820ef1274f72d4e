// Convolutions, with the operations of the direct formula; each gradient costs as much as the forward.
#include "harness.h"

namespace bench {
namespace {

struct Geometry {
  Shape x, w;
  int64_t stride = 1, padding = 0, dilation = 1, groups = 1;
  bool bias = false;
  bool image = false;  // x needs no gradient
};

double flops(const Geometry& of) {
  double products = static_cast<double>(of.x[0]) * of.w[0] * of.w[1];
  for (int i = 2; i < of.x.size(); ++i) {
    products *= (of.x[i] + 2 * of.padding - of.dilation * (of.w[i] - 1) - 1) / of.stride + 1;
    products *= of.w[i];
  }
  return 2 * products;
}

void convolution(const std::string& name, const Geometry& of) {
  const double forward = flops(of);
  add({.name = "conv/" + name,
       .inputs =
           [=] {
             Inputs inputs = {of.image ? normal(of.x) : normal_with_grad(of.x), normal_with_grad(of.w)};
             if (of.bias) inputs.push_back(normal_with_grad({of.w[0]}));
             return inputs;
           },
       .call =
           [=](const Inputs& x) {
             const auto convolve = of.x.size() == 3   ? &dlcore::conv1d
                                   : of.x.size() == 4 ? &dlcore::conv2d
                                                      : &dlcore::conv3d;
             return convolve(x[0], x[1], of.bias ? x[2] : Tensor(), {of.stride}, of.padding, {of.dilation}, of.groups);
           },
       .forward = {.flops = forward},
       .both = {.flops = (of.image ? 2 : 3) * forward}});
}

void transposed() {
  constexpr double forward = 2.0 * 8 * 128 * 14 * 14 * 64 * 4 * 4;
  add({.name = "conv/other/transposed_4x4_stride_2",
       .inputs =
           [] {
             return Inputs{normal_with_grad({8, 128, 14, 14}), normal_with_grad({128, 64, 4, 4})};
           },
       .call = [](const Inputs& x) { return dlcore::conv_transpose2d(x[0], x[1], {}, {2}, {1}); },
       .forward = {.flops = forward},
       .both = {.flops = 3 * forward}});
}

const Registration kConvolution([] {
  for (const int64_t n : {1, 8}) {
    for (const auto& [c, size] : {std::pair<int64_t, int64_t>{64, 56}, {128, 28}, {256, 14}, {512, 7}}) {
      convolution("3x3/" + std::to_string(c) + "_at_" + std::to_string(size) + "_batch_" + std::to_string(n),
                  {.x = {n, c, size, size}, .w = {c, c, 3, 3}, .padding = 1});
    }
  }
  convolution("3x3/32_at_112_batch_4", {.x = {4, 32, 112, 112}, .w = {32, 32, 3, 3}, .padding = 1});
  convolution("3x3/96_to_160_at_35_batch_4", {.x = {4, 96, 35, 35}, .w = {160, 96, 3, 3}, .padding = 1});
  convolution("1x1/64_to_256_at_56_batch_8", {.x = {8, 64, 56, 56}, .w = {256, 64, 1, 1}});
  convolution("1x1/256_to_64_at_56_batch_8", {.x = {8, 256, 56, 56}, .w = {64, 256, 1, 1}});
  convolution("1x1/1024_to_256_at_14_batch_8", {.x = {8, 1024, 14, 14}, .w = {256, 1024, 1, 1}});
  convolution("1x1/512_to_2048_at_7_batch_1", {.x = {1, 512, 7, 7}, .w = {2048, 512, 1, 1}});
  for (const bool image : {false, true}) {
    convolution(image ? "first/3x3_to_64_at_32_image" : "first/3x3_to_64_at_32_batch_32",
                {.x = {32, 3, 32, 32}, .w = {64, 3, 3, 3}, .padding = 1, .bias = true, .image = image});
    convolution(image ? "first/7x7_stride_2_image" : "first/7x7_stride_2_batch_4",
                {.x = {4, 3, 224, 224}, .w = {64, 3, 7, 7}, .stride = 2, .padding = 3, .image = image});
  }
  convolution("one_channel/5x5_to_32_at_28", {.x = {64, 1, 28, 28}, .w = {32, 1, 5, 5}, .padding = 2, .bias = true});
  convolution("one_channel/5x5_to_6_at_28_image",
              {.x = {64, 1, 28, 28}, .w = {6, 1, 5, 5}, .padding = 2, .bias = true, .image = true});
  convolution("depthwise/3x3_128_at_56", {.x = {8, 128, 56, 56}, .w = {128, 1, 3, 3}, .padding = 1, .groups = 128});
  convolution("depthwise/3x3_512_at_14", {.x = {8, 512, 14, 14}, .w = {512, 1, 3, 3}, .padding = 1, .groups = 512});
  convolution("other/3x3_stride_2", {.x = {8, 128, 56, 56}, .w = {256, 128, 3, 3}, .stride = 2, .padding = 1});
  convolution("other/depthwise_stride_2",
              {.x = {8, 96, 112, 112}, .w = {96, 1, 3, 3}, .stride = 2, .padding = 1, .groups = 96});
  convolution("other/3x3_dilation_2", {.x = {4, 64, 56, 56}, .w = {64, 64, 3, 3}, .padding = 2, .dilation = 2});
  convolution("other/3x3_groups_32", {.x = {8, 256, 28, 28}, .w = {256, 8, 3, 3}, .padding = 1, .groups = 32});
  convolution("other/5x5_48_at_28", {.x = {8, 48, 28, 28}, .w = {64, 48, 5, 5}, .padding = 2});
  convolution("other/conv1d_9", {.x = {8, 128, 1024}, .w = {128, 128, 9}, .padding = 4});
  convolution("other/conv3d_3", {.x = {2, 32, 16, 28, 28}, .w = {32, 32, 3, 3, 3}, .padding = 1});
  transposed();
});

}  // namespace
}  // namespace bench
