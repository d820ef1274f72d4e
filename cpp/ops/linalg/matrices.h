#pragma once

#include "dlcore/ops.h"
#include "kernels/linalg.h"

// What the ops of linear algebra share: checks, batches, and errors that say which matrix.
namespace dlcore {

// x is (..., n, n) of a floating dtype.
void check_square(const char* op, const char* name, const Tensor& x);

inline int64_t rows_of(const Tensor& x) { return x.size(x.ndim() - 2); }
inline int64_t columns_of(const Tensor& x) { return x.size(x.ndim() - 1); }
Shape batch_of(const Tensor& x);  // x's shape without its last two dimensions
inline Tensor transposed(const Tensor& x) { return transpose(x, -2, -1); }

// Raises LinAlgError unless `failed`, the number of a matrix of the batch, is kernels::kAll.
//   cholesky: the matrix at batch index (1,) is not positive definite
void check_answered(const char* op, int64_t failed, const Shape& batch, const char* what);

// The inverse for an op that is called otherwise.
Tensor inverse_for(const char* op, const Tensor& x);

}  // namespace dlcore
