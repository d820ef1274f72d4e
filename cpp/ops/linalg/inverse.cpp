#include "ops/linalg/matrices.h"

namespace dlcore {

Tensor inverse_for(const char* op, const Tensor& x) {
  check_square(op, "input", x);
  const Tensor y = empty(x.shape(), x.dtype());
  const Shape batch = batch_of(x);
  {
    const NoGrad off;
    const Tensor from = contiguous(x);
    check_answered(op, kernels::inverse(y.dtype(), from.data(), y.data(), numel_of(batch), rows_of(y)), batch,
                   "is singular");
  }
  // dX = -Y^T dY Y^T, from d(X Y) = 0 (Giles 2008, Collected matrix derivative results, section 2.2.3).
  return record("inverse", y, wrt(x, [](const Tensor& dy, const Tensor& result) {
                  const Tensor t = transposed(result);
                  return neg(matmul(matmul(t, dy), t));
                }));
}

Tensor inverse(const Tensor& x) { return inverse_for("inverse", x); }

}  // namespace dlcore
