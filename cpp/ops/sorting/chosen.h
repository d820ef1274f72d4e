#pragma once

#include "dlcore/ops.h"

namespace dlcore {

// Gives values that were taken from x, each element at most once, at `indices` along an axis, their history.
ValuesAndIndices chosen(const char* op, const Tensor& x, int axis, ValuesAndIndices taken);

}  // namespace dlcore
