#pragma once

#include "ops/reduction/axes.h"

namespace dlcore {

// Of no elements, none is the largest.
void check_not_empty(const char* op, const Tensor& x, const ReducedShape& shape);

}  // namespace dlcore
