#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

// Floating, and relu for integers too. Of the backward forms, dx = dy * f'; the first three take y, the others x.
void sigmoid(DType dtype, const Loop<2>& loop);
void sigmoid_backward(DType dtype, const Loop<3>& loop);
void tanh(DType dtype, const Loop<2>& loop);
void tanh_backward(DType dtype, const Loop<3>& loop);
void relu(DType dtype, const Loop<2>& loop);
void relu_backward(DType dtype, const Loop<3>& loop);

void hardsigmoid(DType dtype, const Loop<2>& loop);
void hardsigmoid_backward(DType dtype, const Loop<3>& loop);
void leaky_relu(DType dtype, const Loop<2>& loop, double slope);
void leaky_relu_backward(DType dtype, const Loop<3>& loop, double slope);
void elu(DType dtype, const Loop<2>& loop, double alpha);
void elu_backward(DType dtype, const Loop<3>& loop, double alpha);
void softplus(DType dtype, const Loop<2>& loop, double beta, double threshold);
void softplus_backward(DType dtype, const Loop<3>& loop, double beta, double threshold);
void silu(DType dtype, const Loop<2>& loop);
void silu_backward(DType dtype, const Loop<3>& loop);
void gelu(DType dtype, const Loop<2>& loop);
void gelu_backward(DType dtype, const Loop<3>& loop);
void gelu_tanh(DType dtype, const Loop<2>& loop);
void gelu_tanh_backward(DType dtype, const Loop<3>& loop);

}  // namespace dlcore::kernels
