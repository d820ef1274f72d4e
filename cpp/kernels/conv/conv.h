#pragma once

#include "dlcore/dtype.h"
#include "kernels/conv/geometry.h"

// The three maps of a convolution, each linear in both of its arguments: any two give the gradients of the third. Which
// kernel does it is chosen by sizes alone; winograd: whether that algorithm may be among them.
namespace dlcore::kernels::conv {

// y[n, c, o] = bias[c] + sum over i, k of w[c, i, k] x[n, i, o * stride - padding + k * dilation]; bias: (groups *
// C_out,), or null.
void forward(DType dtype, const Geometry& of, const void* x, const void* w, const void* bias, void* y, bool winograd);
// dx[n, i, p] = bias[i] + sum of w[c, i, k] dy[n, c, o] over all c, k and o with o * stride - padding + k * dilation =
// p; bias: (groups * C_in,), or null.
void input_gradient(DType dtype, const Geometry& of, const void* dy, const void* w, const void* bias, void* dx,
                    bool winograd);
// dw[c, i, k] = sum over n, o of dy[n, c, o] x[n, i, o * stride - padding + k * dilation]; and db[c] = sum over n, o of
// dy[n, c, o] on the way, unless it is null, where sums_bias_gradient says so.
void weight_gradient(DType dtype, const Geometry& of, const void* dy, const void* x, void* dw, void* db, bool winograd);
bool sums_bias_gradient(DType dtype, const Geometry& of, bool winograd);

}  // namespace dlcore::kernels::conv
