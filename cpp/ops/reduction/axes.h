#pragma once

#include <optional>

#include "dlcore/tensor.h"
#include "kernels/reduce.h"

namespace dlcore {

struct ReducedShape {
  Dims axes;      // those that are reduced, counted from the start
  Shape kept;     // with a 1 in their place
  Shape dropped;  // without them

  const Shape& result(bool keepdim) const { return keepdim ? kept : dropped; }
};

// Without axes (or with none named), all of them.
ReducedShape reduced_shape(const char* op, const Tensor& x, const std::optional<Dims>& axes);

// How many elements of x become one; 0 where there are none.
int64_t reduced_size(const Tensor& x, const ReducedShape& shape);

// How a kernel walks x and the contiguous result y of reducing it.
kernels::Reduction reduction_over(const Tensor& x, const Tensor& y, const Dims& axes);

// The gradient of a result, one copy for each element that was reduced into it.
Tensor spread(const Tensor& dy, const Shape& kept, const Shape& shape);

}  // namespace dlcore
