#pragma once

#include "dlcore/dtype.h"

// Of contiguous x (M, D); weight and bias (D,) or null.
namespace dlcore::kernels {

struct LayerNorm {
  int64_t M, D;
  const void *weight, *bias;
  bool centred = true;  // else mean = 0
};

// y = (x - mean) rstd w + b of each row; mean and rstd = 1 / sqrt(var + eps), (M,), are kept for the gradient.
void layer_norm(DType dtype, const LayerNorm& of, const void* x, void* y, void* mean, void* rstd, double eps);
// With n = (x - mean) rstd and g = dy w: dx = rstd (g - avg(g) - n avg(g n)), without avg(g) where not centred; dw =
// sum over rows of dy n, db that of dy. dw and db are both null or neither.
void layer_norm_backward(DType dtype, const LayerNorm& of, const void* dy, const void* x, const void* mean,
                         const void* rstd, void* dx, void* dw, void* db);

}  // namespace dlcore::kernels
