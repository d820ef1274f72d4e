#include "ops/binary.h"
#include "ops/reduction/axes.h"

namespace dlcore {

Tensor logsumexp(const Tensor& x, const Dims& axes, bool keepdim) {
  const ReducedShape shape = reduced_shape("logsumexp", x, axes);
  const Tensor from = as_dtype(x, floating_result("logsumexp", x));
  const Tensor top = empty(shape.kept, from.dtype()), y = empty(shape.result(keepdim), from.dtype());
  kernels::amax(from.dtype(), reduction_over(from, top, shape.axes));
  kernels::logsumexp(from.dtype(), reduction_over(from, y, shape.axes), top.data());
  return record("logsumexp", y, wrt(x, [x = Saved(x), kept = shape.kept](const Tensor& dy, const Tensor& y) {
                  const Shape& wide = x.get().shape();
                  return spread(dy, kept, wide) * exp(x.get() - spread(y, kept, wide));
                }));
}

}  // namespace dlcore
