#pragma once

#include <array>
#include <cstdint>

// NOTE [The geometry of a convolution]
// Every convolution has three axes; in one and two dimensions the leading ones are of size 1. All arrays are
// contiguous:
//   x (N, groups * C_in, *input)        what a transposed convolution gives
//   w (groups * C_out, C_in, *kernel)   correlated, not flipped
//   y (N, groups * C_out, *output)      what a transposed convolution takes
// and y[n, c, o] = sum over i, k of w[c, i, k] x[n, i, o * stride - padding + k * dilation], where x is 0 outside. How
// much padding there is after the last element follows from the sizes of the output; it may differ from that before.
namespace dlcore::kernels::conv {

using Axes = std::array<int64_t, 3>;

struct Geometry {
  int64_t N, groups, C_in, C_out;  // channels are those of one group
  Axes input, output, kernel, stride, padding, dilation;

  static int64_t count(const Axes& sizes) { return sizes[0] * sizes[1] * sizes[2]; }
  int64_t inputs() const { return count(input); }  // elements of one channel
  int64_t outputs() const { return count(output); }
  int64_t taps() const { return count(kernel); }
};

}  // namespace dlcore::kernels::conv
