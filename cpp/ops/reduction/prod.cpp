#include "ops/binary.h"
#include "ops/reduction/axes.h"

namespace dlcore {
namespace {

// y[i] = product of all x[j] but x[i] along an axis; no division, so zeros do no harm. The halves are multiplied into
// one, of which the same is asked: log2(n) steps of plain ops, n multiplications each way, gradients of any order.
Tensor product_of_others(const Tensor& x, int axis) {
  const int64_t n = x.size(axis), half = n / 2;
  if (n <= 1) return ones_like(x);
  const Tensor a = narrow(x, axis, 0, half), b = narrow(x, axis, half, half), odd = narrow(x, axis, 2 * half, n % 2);
  const Tensor others = product_of_others(cat(std::vector{a * b, odd}, axis), axis);
  const Tensor shared = narrow(others, axis, 0, half);
  return cat(std::vector{shared * b, shared * a, narrow(others, axis, half, n % 2)}, axis);
}

}  // namespace

Tensor prod(const Tensor& x, std::optional<int> axis, bool keepdim, std::optional<DType> dtype) {
  const ReducedShape shape = reduced_shape("prod", x, axis ? std::optional(Dims{*axis}) : std::nullopt);
  const Tensor from = as_dtype(x, dtype.value_or(x.dtype()));
  Tensor y = empty(shape.result(keepdim), is_integral(from.dtype()) ? DType::Int64 : from.dtype());
  kernels::prod(from.dtype(), reduction_over(from, y, shape.axes));
  if (dtype) y = as_dtype(y, *dtype);
  return record("prod", y, wrt(x, [x = Saved(x), shape](const Tensor& dy) {
                  const bool one_axis = shape.axes.size() == 1;
                  const Tensor lanes = to(one_axis ? x.get() : reshape(x, {x.get().numel()}), dy.dtype());
                  const Tensor others = product_of_others(lanes, one_axis ? static_cast<int>(shape.axes[0]) : 0);
                  const Like from(x);
                  return to(spread(dy, shape.kept, from.shape) * reshape(others, from.shape), from.dtype);
                }));
}

}  // namespace dlcore
