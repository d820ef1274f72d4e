#pragma once

#include "ops/result.h"

// NOTE [A function of one tensor]
// is one row: its kernel, its derivative's kernel, and the derivative's derivative in ops. y = f(x) then has gradients
// of every order: dx = dy * g(s) is one fused kernel, s being x or y, as g is easier to write; it is linear in dy, so
// its gradient there is itself, and its gradient in s is ddx * dy * g'(s).
//   constexpr Function<> kTanh = {"tanh", "tanh_backward", kernels::tanh, kernels::tanh_backward, Of::kResult,
//                                 [](const Tensor& y) { return y * -2; }};  // d(1 - y^2)/dy
//   Tensor tanh(const Tensor& x) { return apply(kTanh, x); }
// P are the types of its parameters, such as elu's alpha.
namespace dlcore {

enum class Of { kInput, kResult };
enum class Integers { kBecomeFloating, kStay };

template <class... P>
struct Function {
  const char *name, *backward_name;
  void (*kernel)(DType, const Loop<2>&, P...);    // y, x
  void (*backward)(DType, const Loop<3>&, P...);  // dx, dy, s
  Of s;
  Tensor (*second)(const Tensor& s, P...) = nullptr;  // g'(s); null where it is zero
  Integers integers = Integers::kBecomeFloating;
};

// Rows are constants: formulas refer to them.
template <class... P>
Tensor times_derivative(const Function<P...>& f, const Tensor& dy, const Tensor& s, P... p) {
  const Tensor dx = empty(s.shape(), s.dtype());
  f.backward(dx.dtype(), loop_over(dx, dy, s), p...);
  const auto along_dy =
      wrt(dy, [&f, s = Saved(s), p...](const Tensor& ddx) { return times_derivative<P...>(f, ddx, s, p...); });
  return record(f.backward_name, dx, along_dy, wrt(s, [&f, dy = Saved(dy), s = Saved(s), p...](const Tensor& ddx) {
                  return f.second ? mul(mul(ddx, dy), f.second(s, p...)) : zeros_like(ddx);
                }));
}

template <class... P>
Tensor apply(const Function<P...>& f, const Tensor& x, P... p) {
  Tensor y;
  {
    const NoGrad off;
    const Tensor from = f.integers == Integers::kStay ? x : to(x, floating_result(f.name, x));
    y = empty(from.shape(), from.dtype());
    f.kernel(y.dtype(), loop_over(y, from), p...);
  }
  if (f.s == Of::kResult) {
    return record(f.name, y, wrt(x, [&f, p...](const Tensor& dy, const Tensor& result) {
                    return times_derivative<P...>(f, dy, result, p...);
                  }));
  }
  return record(f.name, y,
                wrt(x, [&f, x = Saved(x), p...](const Tensor& dy) { return times_derivative<P...>(f, dy, x, p...); }));
}

}  // namespace dlcore
