#pragma once

#include "dlcore/dtype.h"
#include "kernels/philox.h"

namespace dlcore::kernels {

// y = x / (1 - p) where the word of an element is p 2^32 or more, else 0; contiguous, floating, p < 1.
void dropout(DType dtype, const Stream& stream, const void* x, void* y, int64_t n, double p);

}  // namespace dlcore::kernels
