#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

// What a reduction walks: y[k] over the axes that stay, x[k, r] over those and the axes that go. Each loop is ordered
// by x's strides, largest first, and merged.
struct Reduction {
  Loop<2> kept;     // x, y
  Loop<1> reduced;  // x
};

// y = sum / divisor. Sums of bool and integers are int64 and not divided.
void sum(DType dtype, const Reduction& reduction, double divisor);

}  // namespace dlcore::kernels
