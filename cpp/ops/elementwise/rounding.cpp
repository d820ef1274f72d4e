#include "kernels/rounding.h"

#include "ops/elementwise/function.h"

namespace dlcore {
namespace {

using Kernel = void (*)(DType, const Loop<2>&);

constexpr Function<> kAbs = {"abs",      "abs_backward", kernels::abs,   kernels::abs_backward,
                             Of::kInput, nullptr,        Integers::kStay};

// A step function: its slope is zero wherever it has one.
Tensor step(const char* op, const Tensor& x, Kernel kernel) {
  const Tensor y = empty_like(x);
  kernel(x.dtype(), loop_over(y, x));
  return record(op, y, wrt(x, [](const Tensor& dy) { return zeros_like(dy); }));
}

Tensor rounded(const char* op, const Tensor& x, Kernel kernel) {
  return is_integral(x.dtype()) ? clone(x) : step(op, x, kernel);
}

}  // namespace

Tensor abs(const Tensor& x) {
  if (x.dtype() == DType::Bool) raise<TypeError>("abs: expected numbers, got dtype bool");
  return apply(kAbs, x);
}
Tensor sign(const Tensor& x) { return x.dtype() == DType::Bool ? clone(x) : step("sign", x, kernels::sign); }
Tensor floor(const Tensor& x) { return rounded("floor", x, kernels::floor); }
Tensor ceil(const Tensor& x) { return rounded("ceil", x, kernels::ceil); }
Tensor round(const Tensor& x) { return rounded("round", x, kernels::round); }
Tensor trunc(const Tensor& x) { return rounded("trunc", x, kernels::trunc); }

}  // namespace dlcore
