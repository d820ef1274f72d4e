#pragma once

#include "kernels/reduce.h"

namespace dlcore::kernels {

// Where along the one reduced axis the largest or smallest x is met first, NaN before all others, and optionally what
// it is: values, of x's dtype, laid out as the contiguous indices.
void argmax(DType dtype, const Reduction& reduction, void* values);
void argmin(DType dtype, const Reduction& reduction, void* values);

}  // namespace dlcore::kernels
