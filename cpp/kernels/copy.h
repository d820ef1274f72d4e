#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

// y = x, converted from one dtype to the other.
void copy(DType to, DType from, const Loop<2>& loop);
// y = the element at `value`, which has y's dtype.
void fill(DType dtype, const Loop<1>& loop, const void* value);

}  // namespace dlcore::kernels
