#include "ops/reduction/extremes.h"

#include "ops/reduction/axes.h"
#include "ops/result.h"

namespace dlcore {
namespace {

using Kernel = void (*)(DType, const kernels::Reduction&);

// Elements that are the extreme share its gradient.
Tensor extreme(const char* op, const Tensor& x, const std::optional<Dims>& axes, bool keepdim, Kernel kernel) {
  const ReducedShape shape = reduced_shape(op, x, axes);
  check_not_empty(op, x, shape);
  const Tensor y = empty(shape.result(keepdim), x.dtype());
  kernel(x.dtype(), reduction_over(x, y, shape.axes));
  return record(op, y, wrt(x, [x = Saved(x), shape](const Tensor& dy, const Tensor& y) {
                  const auto wide = [&](const Tensor& t) { return spread(t, shape.kept, x.get().shape()); };
                  const Tensor chosen = to(eq(x, wide(y)), dy.dtype());
                  return wide(dy / reshape(sum(chosen, shape.axes, true), dy.shape())) * chosen;
                }));
}

}  // namespace

void check_not_empty(const char* op, const Tensor& x, const ReducedShape& shape) {
  if (reduced_size(x, shape) == 0) raise<ValueError>(op, ": expected at least one element, got shape ", x.shape());
}

Tensor amax(const Tensor& x, const std::optional<Dims>& axes, bool keepdim) {
  return extreme("amax", x, axes, keepdim, kernels::amax);
}
Tensor amin(const Tensor& x, const std::optional<Dims>& axes, bool keepdim) {
  return extreme("amin", x, axes, keepdim, kernels::amin);
}
Tensor max(const Tensor& x) { return extreme("max", x, {}, false, kernels::amax); }
Tensor min(const Tensor& x) { return extreme("min", x, {}, false, kernels::amin); }

}  // namespace dlcore
