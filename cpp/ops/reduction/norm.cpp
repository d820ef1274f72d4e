#include <cmath>

#include "ops/reduction/axes.h"
#include "ops/result.h"

namespace dlcore {
namespace {

// dx, where the norm is zero as well; what where() leaves out is computed of harmless numbers, so that no NaN comes
// back in higher orders.
Tensor gradient(const Tensor& dy, const Tensor& y, const Tensor& x, double p, const ReducedShape& shape) {
  const auto wide = [&](const Tensor& t) { return spread(t, shape.kept, x.shape()); };
  if (p == 0) return zeros_like(x);
  if (p == 1) return wide(dy) * sign(x);
  if (std::isinf(p)) {  // the elements that are the largest share the gradient
    const Tensor chosen = to(eq(abs(x), wide(y)), x.dtype());
    return wide(dy / reshape(sum(chosen, shape.axes, true), dy.shape())) * chosen * sign(x);
  }
  const Tensor zero = eq(y, 0), length = where(zero, 1, y), slope = where(zero, 0, dy);
  if (p == 2) return x * wide(slope / length);
  const Tensor size = where(eq(x, 0), 1, abs(x));
  return wide(slope) * sign(x) * pow(size / wide(length), p - 1);
}

}  // namespace

Tensor norm(const Tensor& x_, double p, const std::optional<Dims>& axes, bool keepdim, std::optional<DType> dtype) {
  const DType out = dtype.value_or(x_.dtype());
  if (!is_floating(out)) raise<TypeError>("norm: expected a floating dtype, got ", out, "; pass dtype= to convert");
  const ReducedShape shape = reduced_shape("norm", x_, axes);
  if ((p < 0 || std::isinf(p)) && reduced_size(x_, shape) == 0)
    raise<ValueError>("norm: of order ", p, " expected at least one element, got shape ", x_.shape());
  const Tensor x = to(x_, out), y = empty(shape.result(keepdim), out);
  kernels::norm(out, reduction_over(x, y, shape.axes), p);
  return record("norm", y, wrt(x, [x = Saved(x), p, shape](const Tensor& dy, const Tensor& y) {
                  return gradient(dy, y, x, p, shape);
                }));
}

}  // namespace dlcore
