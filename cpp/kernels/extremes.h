#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

// y, x, a, b, and the gradients have one dtype. NaN is passed on from whichever operand holds it.
void maximum(DType dtype, const Loop<3>& loop);
void minimum(DType dtype, const Loop<3>& loop);
// da = dy where a is the extreme, dy / 2 at a tie, else 0; operands da, dy, a, b. Floating.
void maximum_backward(DType dtype, const Loop<4>& loop);
void minimum_backward(DType dtype, const Loop<4>& loop);

// y = min(max(x, low), high): high where low > high. Operands y, x, low, high.
void clamp(DType dtype, const Loop<4>& loop);
// The same with one low and one high, each an element of dtype and not NaN.
void clamp_numbers(DType dtype, const Loop<2>& loop, const void* low, const void* high);
// dx = dy where low <= x <= high, else 0; operands dx, dy, x. Floating.
void clamp_backward(DType dtype, const Loop<3>& loop, double low, double high);

}  // namespace dlcore::kernels
