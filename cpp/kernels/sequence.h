#pragma once

#include <cstdint>

#include "dlcore/dtype.h"

namespace dlcore::kernels {

// y[i] = start + step * i, for n contiguous elements of an integer dtype.
void arange(DType dtype, void* y, int64_t n, int64_t start, int64_t step);
// The same, computed in double for any dtype.
void arange(DType dtype, void* y, int64_t n, double start, double step);
// n numbers evenly spaced from start to end, both included.
void linspace(DType dtype, void* y, int64_t n, double start, double end);

}  // namespace dlcore::kernels
