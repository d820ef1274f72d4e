#pragma once

#include "dlcore/dtype.h"
#include "kernels/lanes.h"

namespace dlcore::kernels {

// y[i] = x[0] + ... + x[i] along each lane, or x[i] + ... + x[n - 1]; int64, float32 or float64.
void cumsum(DType dtype, const Lanes& lanes, bool from_the_end, const void* x, void* y);

}  // namespace dlcore::kernels
