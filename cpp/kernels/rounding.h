#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

void abs(DType dtype, const Loop<2>& loop);           // not for bool
void abs_backward(DType dtype, const Loop<3>& loop);  // dx = sign(x) dy
void sign(DType dtype, const Loop<2>& loop);          // not for bool
void floor(DType dtype, const Loop<2>& loop);
void ceil(DType dtype, const Loop<2>& loop);
void round(DType dtype, const Loop<2>& loop);  // halves to even
void trunc(DType dtype, const Loop<2>& loop);

}  // namespace dlcore::kernels
