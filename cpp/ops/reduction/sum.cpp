#include "ops/reduction/axes.h"
#include "ops/result.h"

namespace dlcore {
namespace {

Tensor summed(const Tensor& x, const Dims& axes, const Shape& shape, double divisor = 1) {
  const Tensor y = empty(shape, is_integral(x.dtype()) ? DType::Int64 : x.dtype());
  kernels::sum(x.dtype(), reduction_over(x, y, axes), divisor);
  return y;
}

// What an op computes in, without history.
Tensor converted(const Tensor& x, DType dtype) {
  if (x.dtype() == dtype) return x;
  const NoGrad off;
  return to(x, dtype);
}

}  // namespace

Tensor sum(const Tensor& x, const std::optional<Dims>& axes, bool keepdim, std::optional<DType> dtype) {
  const ReducedShape shape = reduced_shape("sum", x, axes);
  Tensor y = summed(converted(x, dtype.value_or(x.dtype())), shape.axes, shape.result(keepdim));
  if (dtype) y = converted(y, *dtype);
  return record("sum", y, wrt(x, [from = Like(x), kept = shape.kept](const Tensor& dy) {
                  return to(spread(dy, kept, from.shape), from.dtype);
                }));
}

Tensor mean(const Tensor& x, const std::optional<Dims>& axes, bool keepdim, std::optional<DType> dtype) {
  const DType out = dtype.value_or(x.dtype());
  if (is_integral(out)) raise<TypeError>("mean: expected a floating dtype, got ", out, "; pass dtype= to convert");
  const ReducedShape shape = reduced_shape("mean", x, axes);
  const double n = static_cast<double>(reduced_size(x, shape));
  const Tensor y = summed(converted(x, out), shape.axes, shape.result(keepdim), n);
  return record("mean", y, wrt(x, [from = Like(x), kept = shape.kept, n](const Tensor& dy) {
                  return to(spread(dy / n, kept, from.shape), from.dtype);
                }));
}

Tensor sum_to(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  const int added = x.ndim() - shape.size();
  Dims axes;
  for (int d = 0; d < x.ndim(); ++d) {
    if (d < added || (shape[d - added] == 1 && x.size(d) != 1)) axes.push_back(d);
  }
  return record("sum_to", converted(summed(x, axes, shape), x.dtype()),
                wrt(x, [from = x.shape()](const Tensor& dy) { return expand(dy, from); }));
}

}  // namespace dlcore
