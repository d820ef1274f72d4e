#include "kernels/argmax.h"

#include "ops/reduction/extremes.h"
#include "ops/sorting/chosen.h"

namespace dlcore {
namespace {

using Kernel = void (*)(DType, const kernels::Reduction&, void* values);

// Both with a 1 in the axis's place.
ValuesAndIndices extreme(const char* op, const Tensor& x, int axis, Kernel kernel) {
  const ReducedShape shape = reduced_shape(op, x, Dims{axis});
  check_not_empty(op, x, shape);
  const ValuesAndIndices y{empty(shape.kept, x.dtype()), empty(shape.kept, DType::Int64)};
  kernel(x.dtype(), reduction_over(x, y.indices, shape.axes), y.values.data());
  return chosen(op, x, normalize_axis(op, axis, x.shape()), y);
}

ValuesAndIndices extreme(const char* op, const Tensor& x, int axis, bool keepdim, Kernel kernel) {
  const ValuesAndIndices y = extreme(op, x, axis, kernel);
  return keepdim ? y : ValuesAndIndices{squeeze(y.values, Dims{axis}), squeeze(y.indices, Dims{axis})};
}

Tensor place(const char* op, const Tensor& x, std::optional<int> axis, bool keepdim, Kernel kernel) {
  const ReducedShape shape = reduced_shape(op, x, axis ? std::optional(Dims{*axis}) : std::nullopt);
  check_not_empty(op, x, shape);
  const NoGrad off;
  const Tensor y = empty(shape.result(keepdim), DType::Int64);
  const Tensor from = axis ? x : reshape(x, {x.numel()});
  kernel(x.dtype(), reduction_over(from, y, axis ? shape.axes : Dims{0}), nullptr);
  return y;
}

}  // namespace

ValuesAndIndices max(const Tensor& x, int axis, bool keepdim) {
  return extreme("max", x, axis, keepdim, kernels::argmax);
}
ValuesAndIndices min(const Tensor& x, int axis, bool keepdim) {
  return extreme("min", x, axis, keepdim, kernels::argmin);
}
Tensor argmax(const Tensor& x, std::optional<int> axis, bool keepdim) {
  return place("argmax", x, axis, keepdim, kernels::argmax);
}
Tensor argmin(const Tensor& x, std::optional<int> axis, bool keepdim) {
  return place("argmin", x, axis, keepdim, kernels::argmin);
}

}  // namespace dlcore
