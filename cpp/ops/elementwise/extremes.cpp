#include "kernels/extremes.h"

#include "ops/binary.h"

namespace dlcore {
namespace {

struct Extreme {
  const char *name, *backward_name;
  void (*kernel)(DType, const Loop<3>&);
  void (*backward)(DType, const Loop<4>&);
};
constexpr Extreme kMaximum = {"maximum", "maximum_backward", kernels::maximum, kernels::maximum_backward};
constexpr Extreme kMinimum = {"minimum", "minimum_backward", kernels::minimum, kernels::minimum_backward};

// The gradient with respect to a: dy where a is the extreme, half of it at a tie. Linear in dy, a step in a and b.
Tensor extreme_backward(const Extreme& e, const Tensor& dy, const Tensor& a, const Tensor& b) {
  const Tensor da = empty_like(dy);
  e.backward(dy.dtype(), loop_over(da, dy, as_dtype(a, dy.dtype()), as_dtype(b, dy.dtype())));
  return record(e.backward_name, da, wrt(dy, [&e, a = Saved(a), b = Saved(b)](const Tensor& dda) {
                  return extreme_backward(e, dda, a, b);
                }));
}

Tensor extreme(const Extreme& e, const Tensor& a, const Tensor& b) {
  const auto towards = [&](const Tensor& x, const Tensor& other) {
    return wrt(x, [&e, like = Like(x), x = Saved(x), other = Saved(other)](const Tensor& dy) {
      return like(extreme_backward(e, dy, x, other));
    });
  };
  return record(e.name, binary(e.name, a, b, result_type(a, b), e.kernel), towards(a, b), towards(b, a));
}

}  // namespace

Tensor maximum(const Tensor& a, const Tensor& b) { return extreme(kMaximum, a, b); }
Tensor minimum(const Tensor& a, const Tensor& b) { return extreme(kMinimum, a, b); }

}  // namespace dlcore
