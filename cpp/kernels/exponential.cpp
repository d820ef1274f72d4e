#include "kernels/exponential.h"

#include <numbers>

#include "kernels/math.h"
#include "kernels/vectorwise.h"

namespace dlcore::kernels {

void exp(DType dtype, const Loop<2>& loop) {
  vectorwise(dtype, loop, [](auto x) { return math::exp(x); });
}
void expm1(DType dtype, const Loop<2>& loop) {
  vectorwise(dtype, loop, [](auto x) { return math::expm1(x); });
}
void expm1_backward(DType dtype, const Loop<3>& loop) {
  floating(dtype, loop, [](auto dy, auto y) { return dy * (y + 1); });
}
void log(DType dtype, const Loop<2>& loop) {
  floating(dtype, loop, [](auto x) { return math::log(x); });
}
void log1p(DType dtype, const Loop<2>& loop) {
  floating(dtype, loop, [](auto x) { return math::log1p(x); });
}
void log1p_backward(DType dtype, const Loop<3>& loop) {
  floating(dtype, loop, [](auto dy, auto x) { return dy / (x + 1); });
}
void erf(DType dtype, const Loop<2>& loop) {
  vectorwise(dtype, loop, [](auto x) { return math::erf(x); });
}
void erf_backward(DType dtype, const Loop<3>& loop) {
  vectorwise(dtype, loop, []<class V>(V dy, V x) {
    return dy * (2 * std::numbers::inv_sqrtpi_v<math::Element<V>> * math::exp(-x * x));
  });
}

}  // namespace dlcore::kernels
