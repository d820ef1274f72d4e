#pragma once

#include "dlcore/dtype.h"
#include "kernels/window_axis.h"

namespace dlcore::kernels {

// What a window's sum is divided by.
struct Divisor {
  bool with_padding = true;  // whether padding counts as elements
  int64_t override = 0;      // if not 0, this
};

// How many places of output o count, along an axis; padding ends where a last window may still begin.
inline int64_t places_counted(const Axis& axis, int64_t o, bool with_padding) {
  const int64_t begin = axis.at(o, 0);
  if (with_padding) return std::min(begin + axis.kernel, axis.in + axis.padding) - begin;
  return std::min(begin + axis.kernel, axis.in) - std::max<int64_t>(begin, 0);
}

// Means of windows without dilation over contiguous planes, and the way back, which is the transpose.
void avg_pool(DType dtype, const Windows& of, const Divisor& divisor, const void* x, void* y);
void avg_pool_backward(DType dtype, const Windows& of, const Divisor& divisor, const void* dy, void* dx);

}  // namespace dlcore::kernels
