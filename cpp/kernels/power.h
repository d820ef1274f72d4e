#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

// y = a ^ b; not for bool. Integers to a negative power are zero, but for 1 and -1.
void pow(DType dtype, const Loop<3>& loop);
// The same with one exponent, for which multiplications or a square root often do. For integers it is integer, >= 0.
void pow_number(DType dtype, const Loop<2>& loop, double exponent);
// dx = dy * exponent * x^(exponent - 1), and zero for an exponent of zero. Floating.
void pow_number_backward(DType dtype, const Loop<3>& loop, double exponent);

void square(DType dtype, const Loop<2>& loop);           // not for bool
void square_backward(DType dtype, const Loop<3>& loop);  // dx = 2 x dy
// Floating; derivatives in terms of y.
void reciprocal(DType dtype, const Loop<2>& loop);
void reciprocal_backward(DType dtype, const Loop<3>& loop);  // dx = -y^2 dy
void sqrt(DType dtype, const Loop<2>& loop);
void sqrt_backward(DType dtype, const Loop<3>& loop);  // dx = dy / (2 y)
void rsqrt(DType dtype, const Loop<2>& loop);
void rsqrt_backward(DType dtype, const Loop<3>& loop);  // dx = -y^3 / 2 dy

}  // namespace dlcore::kernels
