#pragma once

#include "dlcore/ops.h"

namespace dlcore {

// Losses never broadcast: (n, 1) against (n,) is a mistake, not a matrix of differences.
void check_same_shape(const char* op, const Tensor& input, const Tensor& target);
void check_floating(const char* op, const char* argument, const Tensor& x);
Tensor reduced(const Tensor& losses, Reduction reduction);

}  // namespace dlcore
