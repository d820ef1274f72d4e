#include "ops/binary.h"

#include "dlcore/in_place.h"
#include "kernels/copy.h"

namespace dlcore {

Tensor as_dtype(const Tensor& x, DType dtype) {
  if (x.dtype() == dtype) return x;
  const Tensor y = empty(x.shape(), dtype);
  kernels::copy(dtype, x.dtype(), loop_over(y, x));
  return y;
}

void check_in_place(const char* op, const Tensor& x, const Tensor& b) {
  check_writable(op, x);
  if (broadcast_shapes(op, x.shape(), b.shape()) != x.shape())
    raise<ValueError>(op, ": the result of shapes ", x.shape(), " and ", b.shape(), " does not fit into the first");
  detail::check_kept_dtype(op, x, result_type(x, b));
}

}  // namespace dlcore
