#include "ops/reduction/axes.h"
#include "ops/result.h"

namespace dlcore {
namespace {

using Kernel = void (*)(DType, const kernels::Reduction&);

// An empty list of axes names none of them here, and each element is one answer.
Tensor truth(const char* op, const Tensor& x, const std::optional<Dims>& axes, bool keepdim, Kernel kernel) {
  const DType out = x.dtype() == DType::UInt8 ? DType::UInt8 : DType::Bool;
  if (axes && axes->empty()) return to(ne(x, 0), out);
  const ReducedShape shape = reduced_shape(op, x, axes);
  const Tensor y = empty(shape.result(keepdim), out);
  kernel(x.dtype(), reduction_over(x, y, shape.axes));
  return y;
}

}  // namespace

Tensor any(const Tensor& x, const std::optional<Dims>& axes, bool keepdim) {
  return truth("any", x, axes, keepdim, kernels::any);
}
Tensor all(const Tensor& x, const std::optional<Dims>& axes, bool keepdim) {
  return truth("all", x, axes, keepdim, kernels::all);
}

}  // namespace dlcore
