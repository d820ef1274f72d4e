#pragma once

#include "kernels/avg_pool.h"
#include "kernels/max_pool.h"

// Pooling whose windows are two columns wide and stand side by side, as those of most networks are.
namespace dlcore::kernels {

inline bool in_pairs(const Axis& w) {
  return w.kernel == 2 && w.stride == 2 && w.padding == 0 && w.dilation == 1 && 2 * w.out <= w.in;
}

// The arguments are those of max_pool, avg_pool and their ways back.
void max_pool_pairs(DType dtype, const Windows& of, const void* x, void* y, uint8_t* taps);
void max_pool_pairs_backward(DType dtype, const Windows& of, const void* dy, const uint8_t* taps, void* dx);
void avg_pool_pairs(DType dtype, const Windows& of, const Divisor& divisor, const void* x, void* y);
void avg_pool_pairs_backward(DType dtype, const Windows& of, const Divisor& divisor, const void* dy, void* dx);

}  // namespace dlcore::kernels
