#include "kernels/power.h"

#include <cmath>

#include "ops/binary.h"
#include "ops/elementwise/function.h"

namespace dlcore {
namespace {

constexpr Function<> kSquare = {"square",        "square_backward",
                                kernels::square, kernels::square_backward,
                                Of::kInput,      [](const Tensor&) -> Tensor { return 2; },
                                Integers::kStay};
constexpr Function<> kReciprocal = {"reciprocal",        "reciprocal_backward",
                                    kernels::reciprocal, kernels::reciprocal_backward,
                                    Of::kResult,         [](const Tensor& y) { return y * -2; }};  // d(-y^2)/dy
constexpr Function<> kSqrt = {"sqrt",        "sqrt_backward",
                              kernels::sqrt, kernels::sqrt_backward,
                              Of::kResult,   [](const Tensor& y) { return -0.5 / square(y); }};  // d(1 / 2y)/dy
constexpr Function<> kRsqrt = {"rsqrt",        "rsqrt_backward",
                               kernels::rsqrt, kernels::rsqrt_backward,
                               Of::kResult,    [](const Tensor& y) { return square(y) * -1.5; }};  // d(-y^3 / 2)/dy

// x to the power of one number n: the derivative is n x^(n-1), and that of the derivative n (n-1) x^(n-2).
constexpr Function<double> kPowNumber = {
    "pow",
    "pow_backward",
    kernels::pow_number,
    kernels::pow_number_backward,
    Of::kInput,
    [](const Tensor& x, double n) -> Tensor {
      const double factor = n * (n - 1);
      return factor == 0 ? Tensor(0) : pow(x, n - 2) * factor;  // 0 * x^-2 would be NaN at x = 0
    },
    Integers::kStay};

Tensor pow_number(const Tensor& x, const Tensor& exponent, DType dtype) {
  const double n = exponent.item();
  if (is_integral(dtype) && n < 0) raise<ValueError>("pow: integers have no negative integer powers, got exponent ", n);
  return apply(kPowNumber, to(x, dtype), n);
}

// dx = dy * b x^(b-1), zero for b = 0; db = dy * y * ln(x), zero for x = 0 and b >= 0. What is left out of a sum by
// where() is computed of harmless numbers, so that no NaN comes back in higher orders.
Tensor pow_tensor(const Tensor& x, const Tensor& exponent, DType dtype) {
  const Tensor y = binary("pow", x, exponent, dtype, kernels::pow);
  const Saved sx(x), sb(exponent);
  return record("pow", y,
                wrt(x,
                    [like = Like(x), sx, sb](const Tensor& dy) {
                      const Tensor constant = eq(sb, 0);
                      const Tensor slope = mul(sb, pow(sx, where(constant, 1, sub(sb, 1))));
                      return like(mul(dy, where(constant, 0, slope)));
                    }),
                wrt(exponent, [like = Like(exponent), sx, sb](const Tensor& dy, const Tensor& y) {
                  const Tensor flat = logical_and(eq(sx, 0), ge(sb, 0));
                  return like(mul(dy, where(flat, 0, mul(y, log(where(flat, 1, sx))))));
                }));
}

}  // namespace

Tensor square(const Tensor& x) { return apply(kSquare, x.dtype() == DType::Bool ? to(x, DType::Int64) : x); }
Tensor reciprocal(const Tensor& x) { return apply(kReciprocal, x); }
Tensor sqrt(const Tensor& x) { return apply(kSqrt, x); }
Tensor rsqrt(const Tensor& x) { return apply(kRsqrt, x); }

Tensor pow(const Tensor& x, const Tensor& exponent) {
  const DType dtype = result_type(x, exponent);
  if (dtype == DType::Bool) raise<TypeError>("pow: expected numbers, got dtype bool");
  const bool number = exponent.ndim() == 0 && !exponent.requires_grad();
  return number ? pow_number(x, exponent, dtype) : pow_tensor(x, exponent, dtype);
}

}  // namespace dlcore
