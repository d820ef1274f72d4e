#pragma once

#include <cstdint>

#include "dlcore/dtype.h"

namespace dlcore::kernels {

// Each of `rows` contiguous rows of n in order, equals in the order in which they stand, NaN as the largest; and where
// each came from.
void sort(DType dtype, int64_t rows, int64_t n, bool descending, const void* x, void* values, int64_t* indices);
// The first k of the same.
void topk(DType dtype, int64_t rows, int64_t n, int64_t k, bool descending, const void* x, void* values,
          int64_t* indices);

}  // namespace dlcore::kernels
