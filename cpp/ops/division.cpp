#include "kernels/division.h"

#include "kernels/comparison.h"
#include "ops/binary.h"

namespace dlcore {
namespace {

using Kernel = void (*)(DType, const Loop<3>&);

// Rounded quotients and remainders, where integers must not be divided by zero.
Tensor divide(const char* op, const Tensor& a, const Tensor& b, Kernel kernel) {
  const DType dtype = result_type(a, b);
  if (dtype == DType::Bool) raise<TypeError>(op, ": expected numbers, got dtype bool");
  if (is_integral(dtype) && !kernels::all_true(loop_over(as_dtype(b, DType::Bool))))
    raise<ValueError>(op, ": integer division by zero");
  return binary(op, a, b, dtype, kernel);
}

// A step function: its slope is zero wherever it has one.
Tensor rounded(const char* op, const Tensor& a, const Tensor& b, Kernel kernel) {
  const auto zero_like = [](const Tensor& x) {
    return wrt(x, [shape = x.shape(), dtype = x.dtype()](const Tensor&) { return zeros(shape, dtype); });
  };
  return record(op, divide(op, a, b, kernel), zero_like(a), zero_like(b));
}

}  // namespace

Tensor floor_divide(const Tensor& a, const Tensor& b) { return rounded("floor_divide", a, b, kernels::floor_divide); }

Tensor div(const Tensor& a, const Tensor& b, std::optional<std::string_view> rounding_mode) {
  if (!rounding_mode) return div(a, b);
  if (rounding_mode == "floor") return rounded("div", a, b, kernels::floor_divide);
  if (rounding_mode == "trunc") return rounded("div", a, b, kernels::trunc_divide);
  raise<ValueError>("div: rounding_mode: expected None, 'trunc' or 'floor', got '", *rounding_mode, "'");
}

Tensor remainder(const Tensor& a, const Tensor& b) {
  return record("remainder", divide("remainder", a, b, kernels::remainder), wrt(a, Like(a)),
                wrt(b, [like = Like(b), a = Saved(a), b = Saved(b)](const Tensor& dy) {
                  return like(neg(mul(dy, floor_divide(a, b))));  // a - floor(a / b) * b
                }));
}

}  // namespace dlcore
