#pragma once

#include <cstdint>

#include "dlcore/dtype.h"

// Decompositions of `batches` matrices (n, n) that lie one after the other, rows contiguous; float32 or float64.
// Each returns the first matrix for which there is no answer, or kAll; the results of the others are then undefined.
namespace dlcore::kernels {

inline constexpr int64_t kAll = -1;

int64_t inverse(DType dtype, const void* x, void* y, int64_t batches, int64_t n);
// Never fails: a singular matrix has sign 0. Results are (batches,).
void det(DType dtype, const void* x, void* y, int64_t batches, int64_t n);
void slogdet(DType dtype, const void* x, void* sign, void* logabsdet, int64_t batches, int64_t n);
// The lower triangle L with x = L L^T, of which the upper half is zero; x's upper half is not read.
int64_t cholesky(DType dtype, const void* x, void* y, int64_t batches, int64_t n);
// y with a y = b; b and y are (batches, n, columns).
int64_t solve(DType dtype, const void* a, const void* b, void* y, int64_t batches, int64_t n, int64_t columns);
// The same for one triangle of a, on whose diagonal ones are taken for granted if `unit`.
int64_t solve_triangular(DType dtype, const void* a, const void* b, void* y, int64_t batches, int64_t n,
                         int64_t columns, bool upper, bool unit);
// Eigenvalues (batches, n), ascending, and, unless null, eigenvectors in columns; x's upper half is not read.
int64_t eigh(DType dtype, const void* x, void* eigenvalues, void* eigenvectors, int64_t batches, int64_t n);

}  // namespace dlcore::kernels
