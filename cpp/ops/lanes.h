#pragma once

#include "kernels/lanes.h"
#include "ops/result.h"

namespace dlcore {

// How a kernel walks x, or anything contiguous of its shape, along an axis; a 0-d tensor is one lane of one element.
inline kernels::Lanes lanes_along(const Tensor& x, int axis) {
  kernels::Lanes lanes{1, x.ndim() ? x.size(axis) : 1, 1};
  for (int d = 0; d < x.ndim(); ++d) {
    if (d != axis) (d < axis ? lanes.outer : lanes.inner) *= x.size(d);
  }
  return lanes;
}

}  // namespace dlcore
