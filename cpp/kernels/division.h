#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

// y = a / b rounded, and what the rounding down leaves. Not for bool; integer divisors are not zero.
void floor_divide(DType dtype, const Loop<3>& loop);
void trunc_divide(DType dtype, const Loop<3>& loop);
void remainder(DType dtype, const Loop<3>& loop);  // a - floor(a / b) * b, with the sign of b

}  // namespace dlcore::kernels
