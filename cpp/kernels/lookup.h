#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

// y = x at (own offset + index * stride); operands y, x, index. Indices are in range.
struct Take {
  Loop<3> loop;
  int64_t stride;
};
void take(DType dtype, const Take& take);

// x at (own offset + index * stride) = or += y; operands x, y, index. Along the axes of `shared` several elements may
// go to one place, and go there in order; along those of `own` they never do.
struct Put {
  Loop<3> own, shared;
  int64_t stride;
};
void put(DType dtype, const Put& put);
void put_add(DType dtype, const Put& put);  // of bool: or

// The smallest and largest of int64 numbers; of none, {0, -1}.
struct Extent {
  int64_t min, max;
};
Extent extent(const Loop<1>& index);

}  // namespace dlcore::kernels
