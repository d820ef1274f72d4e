#pragma once

#include <cstdint>
#include <span>

#include "dlcore/dtype.h"
#include "kernels/gemm/epilogue.h"

namespace dlcore::kernels {

// A matrix in memory; strides in elements. A transposed matrix is the same memory with its strides swapped.
struct Matrix {
  const void* data;
  int64_t row_stride, col_stride;
};

// C = f(A B + bias), for each of `batches` triples of matrices: A (m, k) and B (k, n) of any strides, C (m, n) with
// contiguous rows. f is for floating dtypes alone.
struct Gemm {
  int64_t batches, m, n, k;
  Matrix a, b;
  void* c;
  int64_t c_row_stride;
  const void* bias = nullptr;  // (n,), added to every row
  Activation activation = Activation::Identity;
  std::span<const int64_t> a_at, b_at;  // where each batch's A and B start, in elements; empty: all at 0
};

void gemm(DType dtype, const Gemm& of);

}  // namespace dlcore::kernels
