#pragma once

#include <algorithm>
#include <cstdint>

namespace dlcore::kernels {

// Windows along one axis: tap k of output o is place o stride - padding + k dilation of [0, in), or lies outside.
struct Axis {
  int64_t in = 1, out = 1, kernel = 1, stride = 1, padding = 0, dilation = 1;

  int64_t reach() const { return (kernel - 1) * dilation + 1; }
  int64_t at(int64_t o, int64_t k) const { return o * stride - padding + k * dilation; }
  // The taps of output o that are inside are first_tap ... end_tap - 1.
  int64_t first_tap(int64_t o) const {
    return std::min(std::max<int64_t>(padding - o * stride + dilation - 1, 0) / dilation, kernel);
  }
  int64_t end_tap(int64_t o) const {
    return std::clamp<int64_t>((in + padding - o * stride + dilation - 1) / dilation, 0, kernel);
  }
};

// Windows over M planes (in.d, in.h, in.w), each giving a plane (out.d, out.h, out.w).
struct Windows {
  int64_t M = 1;
  Axis d, h, w;
  int64_t inputs() const { return d.in * h.in * w.in; }
  int64_t outputs() const { return d.out * h.out * w.out; }
  int64_t taps() const { return d.kernel * h.kernel * w.kernel; }
};

}  // namespace dlcore::kernels
