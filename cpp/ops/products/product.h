#pragma once

#include "dlcore/ops.h"

namespace dlcore {

// a (..., m, k) times b (..., k, n), whose leading dimensions broadcast, plus bias (n,) where one is given, and what
// an activation makes of it; without history. Nothing is copied, whatever the strides.
Tensor product(const char* op, const Tensor& a, const Tensor& b, const Tensor& bias = {},
               Activation activation = Activation::Identity);

// matmul whose errors name another op.
Tensor matmul_for(const char* op, const Tensor& a, const Tensor& b);

// x (..., n) as the rows of one matrix.
Tensor as_rows(const Tensor& x);

}  // namespace dlcore
