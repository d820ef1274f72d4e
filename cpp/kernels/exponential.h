#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

void exp(DType dtype, const Loop<2>& loop);
void expm1(DType dtype, const Loop<2>& loop);
void expm1_backward(DType dtype, const Loop<3>& loop);  // dx = dy (y + 1)
void log(DType dtype, const Loop<2>& loop);
void log1p(DType dtype, const Loop<2>& loop);
void log1p_backward(DType dtype, const Loop<3>& loop);  // dx = dy / (x + 1)
void erf(DType dtype, const Loop<2>& loop);
void erf_backward(DType dtype, const Loop<3>& loop);  // dx = 2 / sqrt(pi) e^(-x^2) dy

}  // namespace dlcore::kernels
