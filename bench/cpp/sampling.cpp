// Spatial transformers: grids, sampling, resizing; held against the bandwidth: all tensors once.
#include "harness.h"

namespace bench {
namespace {

// Turned by 17 degrees and a little smaller, every point a little elsewhere; some fall outside.
Tensor grid(int64_t n, int64_t height, int64_t width) {
  const double cos = 1.05 * 0.9553, sin = 1.05 * 0.2955;
  Tensor theta = dlcore::zeros({2, 3});
  float* at = theta.data<float>();
  at[0] = at[4] = static_cast<float>(cos);
  at[1] = static_cast<float>(-sin);
  at[3] = static_cast<float>(sin);
  const Tensor turned = dlcore::affine_grid(dlcore::expand(theta, {n, 2, 3}), {n, 1, height, width}, true);
  return turned + normal({n, height, width, 2}) * 0.01;
}

void grid_sample(const std::string& mode, const std::string& name, const Shape& shape) {
  const bool moves = mode != "nearest";  // the gradient to a grid of nearest pixels is zero
  const double points = 4.0 * shape[0] * shape[2] * shape[3], c = static_cast<double>(shape[1]);
  const double forward = points * (2 * c + 2);
  add({.name = "grid_sample/" + mode + "/" + name,
       .inputs =
           [=] {
             return Inputs{normal_with_grad(shape), grid(shape[0], shape[2], shape[3]).requires_grad_(moves)};
           },
       .call = [=](const Inputs& x) { return dlcore::grid_sample(x[0], x[1], mode); },
       .forward = {.bytes = forward},
       .both = {.bytes = forward + points * (3 * c + 2 + (moves ? 2 : 0))}});
}

void affine_grid() {
  constexpr double kGrid = 4.0 * 32 * 64 * 64 * 2;
  add({.name = "affine_grid/32x64x64",
       .inputs =
           [] {
             return Inputs{normal_with_grad({32, 2, 3})};
           },
       .call =
           [](const Inputs& x) {
             return dlcore::affine_grid(x[0], {32, 3, 64, 64});
           },
       .forward = {.bytes = kGrid},
       .both = {.bytes = 2 * kGrid}});
}

void interpolate(const std::string& mode) {
  static constexpr double kTwice = 2;
  constexpr double kNumbers = 4.0 * 8 * 32 * 56 * 56 * (1 + kTwice * kTwice);
  add({.name = "interpolate/" + mode + "_2",
       .inputs =
           [] {
             return Inputs{normal_with_grad({8, 32, 56, 56})};
           },
       .call =
           [=](const Inputs& x) {
             return dlcore::interpolate(x[0], {}, {&kTwice, 1}, mode);
           },
       .forward = {.bytes = kNumbers},
       .both = {.bytes = 2 * kNumbers}});
}

const Registration kSampling([] {
  for (const char* mode : {"bilinear", "bicubic", "nearest"}) {
    grid_sample(mode, "3_at_64_batch_32", {32, 3, 64, 64});
    grid_sample(mode, "32_at_56_batch_8", {8, 32, 56, 56});
  }
  affine_grid();
  for (const char* mode : {"bilinear", "nearest", "bicubic"}) interpolate(mode);
});

}  // namespace
}  // namespace bench
