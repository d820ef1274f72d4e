#pragma once

#include "dlcore/dtype.h"

namespace dlcore::kernels {

// Of contiguous x (N, C, S). What is normalized together, a unit, is a channel over N and S, or with groups > 0 each of
// the N groups of C / groups channels. weight and bias (C,) or null.
struct ChannelNorm {
  int64_t N, C, S, groups;
  const void *weight, *bias;

  int64_t units() const { return groups > 0 ? N * groups : C; }
  int64_t unit_size() const { return groups > 0 ? C / groups * S : N * S; }
};

// y = (x - mean) rstd w + b; mean, var (correction 0) and rstd = 1 / sqrt(var + eps) of each unit are written.
void channel_norm(DType dtype, const ChannelNorm& of, const void* x, void* y, void* mean, void* var, void* rstd,
                  double eps);
// With n = (x - mean) rstd and g = dy w: dx = rstd (g - avg(g) - n avg(g n)), dw = sum of dy n, db = sum of dy.
void channel_norm_backward(DType dtype, const ChannelNorm& of, const void* dy, const void* x, const void* mean,
                           const void* rstd, void* dx, void* dw, void* db);

// The same for mean and rstd that are given, so that dx = rstd g; dw and db both null or neither.
void channel_affine(DType dtype, const ChannelNorm& of, const void* x, const void* mean, const void* rstd, void* y);
void channel_affine_backward(DType dtype, const ChannelNorm& of, const void* dy, const void* x, const void* mean,
                             const void* rstd, void* dx, void* dw, void* db);

}  // namespace dlcore::kernels
