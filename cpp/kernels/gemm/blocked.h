#pragma once

#include <cstdint>

#include "kernels/gemm/epilogue.h"
#include "kernels/gemm/pack.h"

namespace dlcore::kernels {

// C = f(A B + bias), or f(C + A B + bias), for A (m, k) and B (k, n) of any strides, C (m, n) with contiguous rows.
template <class T>
struct Product {
  int64_t m, n, k;
  Strided<T> a, b;
  T* c;
  int64_t c_row;
  Epilogue<T> epilogue = {};
  bool add = false;
};

// For T = float, double.
template <class T>
void multiply(const Product<T>& product);

}  // namespace dlcore::kernels
