#pragma once

#include "ops/result.h"

// The way of every op of two broadcasting operands: common dtype, common shape, one kernel.
namespace dlcore {

// x in another dtype, without history and without becoming a named op of the graph.
Tensor as_dtype(const Tensor& x, DType dtype);

// y = kernel(a, b) without history: computed in `dtype`, kept in `out`.
template <class Kernel>
Tensor binary(const char* op, const Tensor& a, const Tensor& b, DType dtype, DType out, const Kernel& kernel) {
  const Tensor y = empty(broadcast_shapes(op, a.shape(), b.shape()), out);
  kernel(dtype, loop_over(y, as_dtype(a, dtype), as_dtype(b, dtype)));
  return y;
}
template <class Kernel>
Tensor binary(const char* op, const Tensor& a, const Tensor& b, DType dtype, const Kernel& kernel) {
  return binary(op, a, b, dtype, dtype, kernel);
}

// What must hold before x is overwritten with op(x, b).
void check_in_place(const char* op, const Tensor& x, const Tensor& b);

// x = op(x, b): straight into x's memory where no gradient is recorded, otherwise through the op itself.
template <class Kernel, class Recorded>
const Tensor& binary_(const char* op, const Tensor& x, const Tensor& b, const Kernel& kernel,
                      const Recorded& recorded) {
  check_in_place(op, x, b);
  if (grad_enabled() && (x.requires_grad() || b.requires_grad()))
    return copy_(x, recorded(clone(x), b));  // the formulas may need what x was
  const bool same_memory = b.impl()->storage == x.impl()->storage && !b.is(x);
  kernel(x.dtype(), loop_over(x, x, as_dtype(same_memory ? clone(b) : b, x.dtype())));
  mark_written(x);
  return x;
}

}  // namespace dlcore
