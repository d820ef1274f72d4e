#include <cmath>

#include "ops/reduction/axes.h"
#include "ops/result.h"

// Two passes: the mean, then the squares about it, which cannot cancel.
namespace dlcore {
namespace {

struct Spread {
  Dims axes;
  Shape kept;
  double divisor;  // max(n - correction, 0)
};

Tensor about_the_mean(const char* op, const Tensor& x, const std::optional<Dims>& axes, double correction, bool keepdim,
                      bool root, Spread& spread) {
  if (!is_floating(x.dtype())) raise<TypeError>(op, ": expected a floating dtype, got ", x.dtype());
  const ReducedShape shape = reduced_shape(op, x, axes);
  spread = {shape.axes, shape.kept, std::fmax(static_cast<double>(reduced_size(x, shape)) - correction, 0)};
  const NoGrad off;
  const Tensor centre = mean(x, shape.axes, true), y = empty(shape.result(keepdim), x.dtype());
  kernels::variance(x.dtype(), reduction_over(x, y, shape.axes), centre.data(), spread.divisor, root);
  return y;
}

// dx = dy 2 (x - mean) / divisor
Tensor var_gradient(const Tensor& dy, const Tensor& x, const Spread& s) {
  return spread(dy * (2 / s.divisor), s.kept, x.shape()) * (x - mean(x, s.axes, true));
}

}  // namespace

Tensor var(const Tensor& x, const std::optional<Dims>& axes, double correction, bool keepdim) {
  Spread s;
  const Tensor y = about_the_mean("var", x, axes, correction, keepdim, false, s);
  return record("var", y, wrt(x, [x = Saved(x), s](const Tensor& dy) { return var_gradient(dy, x, s); }));
}

// dy / 2y, zero where y is: there the root has no slope. No NaN is left behind for higher orders.
Tensor std(const Tensor& x, const std::optional<Dims>& axes, double correction, bool keepdim) {
  Spread s;
  const Tensor y = about_the_mean("std", x, axes, correction, keepdim, true, s);
  return record("std", y, wrt(x, [x = Saved(x), s](const Tensor& dy, const Tensor& y) {
                  const Tensor flat = eq(y, 0);
                  return var_gradient(where(flat, 0, dy / (where(flat, 1, y) * 2)), x, s);
                }));
}

std::pair<Tensor, Tensor> var_mean(const Tensor& x, const std::optional<Dims>& axes, double correction, bool keepdim) {
  return {var(x, axes, correction, keepdim), mean(x, axes, keepdim)};
}

}  // namespace dlcore
