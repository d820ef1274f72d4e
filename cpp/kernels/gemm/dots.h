#pragma once

#include <cstdint>

#include "kernels/gemm/blocked.h"

namespace dlcore::kernels {

// Products of which one side has few rows or columns, and the other lies along k: each of its rows is read once, past
// the few, and nothing of it is packed. Bound by memory, as long as there are few.
inline constexpr int64_t kFewDots = 8;

// Whether it is such a product. Of one row or column it is one of a vector, for gemm/vectors.h.
template <class T>
bool is_few_dots(const Product<T>& of);
// Without the epilogue.
template <class T>
void multiply_few_dots(const Product<T>& of);

}  // namespace dlcore::kernels
