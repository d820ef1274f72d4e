#include "kernels/comparison.h"
#include "ops/binary.h"

namespace dlcore {

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  if (condition.dtype() != DType::Bool)
    raise<TypeError>("where: condition: expected dtype bool, got ", condition.dtype());
  const DType dtype = result_type(a, b);
  const Shape shape = broadcast_shapes("where", condition.shape(), broadcast_shapes("where", a.shape(), b.shape()));
  const Tensor y = empty(shape, dtype);
  kernels::where(dtype, loop_over(y, condition, as_dtype(a, dtype), as_dtype(b, dtype)));
  return record("where", y,
                wrt(a, [like = Like(a), c = Saved(condition)](const Tensor& dy) { return like(where(c, dy, 0)); }),
                wrt(b, [like = Like(b), c = Saved(condition)](const Tensor& dy) { return like(where(c, 0, dy)); }));
}

}  // namespace dlcore
