#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

void sin(DType dtype, const Loop<2>& loop);
void cos(DType dtype, const Loop<2>& loop);
void sin_backward(DType dtype, const Loop<3>& loop);  // dx = cos(x) dy
void cos_backward(DType dtype, const Loop<3>& loop);  // dx = -sin(x) dy

}  // namespace dlcore::kernels
