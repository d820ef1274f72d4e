#pragma once

#include "dlcore/ops.h"

namespace dlcore {

Tensor activate(Activation f, const Tensor& x);

// Whether f'(x) can be had from y = f(x) alone.
bool derives_from_result(Activation f);
// dy f'(x), from y = f(x).
Tensor times_derivative(Activation f, const Tensor& dy, const Tensor& y);

}  // namespace dlcore
