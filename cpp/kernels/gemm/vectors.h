#pragma once

#include "kernels/gemm/pack.h"

namespace dlcore::kernels {

// y = A x, for A (m, k) with rows or columns contiguous, x and y of any stride, T = float, double; on this thread.
template <class T>
void multiply_vector(const Strided<T>& a, int64_t m, int64_t k, const T* x, int64_t x_stride, T* y, int64_t y_stride);

}  // namespace dlcore::kernels
