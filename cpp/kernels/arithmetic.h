#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

// y = a op b; y, a and b have the same dtype.
void add(DType dtype, const Loop<3>& loop);
void sub(DType dtype, const Loop<3>& loop);  // not for bool
void mul(DType dtype, const Loop<3>& loop);
void div(DType dtype, const Loop<3>& loop);                       // floating only
void add_scaled(DType dtype, const Loop<3>& loop, double alpha);  // y = a + alpha * b
void neg(DType dtype, const Loop<2>& loop);                       // not for bool

}  // namespace dlcore::kernels
