#pragma once

#include "kernels/conv/band.h"

namespace dlcore::kernels::conv {

// What the forward pass and the gradient to the input have in common: of images (N, groups * C, ...) and weights,
//   y[n, g, m, o] = bias[g, m] + sum over c < C and taps t of w[g, m, c, t] x[n, g, c, first + o * stride + t *
//   dilation]
// written to the elements begin + o * every of y (N, groups * M, *size).
struct Correlation {
  int64_t N, groups, C, M;
  SlidingAxes axes;
  struct Target {
    Axes size, begin, every;
  } target;
  // Of the weight of (g, m, c, t), in elements: at + g * group + m * row + c * channel + sum of t * tap.
  struct Weights {
    int64_t at, group, row, channel;
    Axes tap;
  } weights;

  int64_t taps() const { return axes[0].taps * axes[1].taps * axes[2].taps; }
  int64_t outputs() const { return axes[0].outputs * axes[1].outputs * axes[2].outputs; }
  int64_t inputs() const { return axes[0].size * axes[1].size * axes[2].size; }
  // Where the result of (image, group, m) begins, and in it the row (z, y) of a box.
  int64_t result_at(int64_t image, int64_t group, int64_t m) const {
    return ((image * groups + group) * M + m) * Geometry::count(target.size);
  }
  int64_t row_at(const Box& box, int64_t z, int64_t y) const {
    const auto& [size, begin, every] = target;
    return ((begin[0] + (box.first[0] + z) * every[0]) * size[1] + begin[1] + (box.first[1] + y) * every[1]) * size[2] +
           begin[2] + box.first[2] * every[2];
  }
};

template <class T>
void correlate(const Correlation& of, const T* x, const T* w, const T* bias, T* y);

}  // namespace dlcore::kernels::conv
