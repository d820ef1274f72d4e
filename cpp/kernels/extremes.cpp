#include "kernels/extremes.h"

#include "kernels/elementwise.h"
#include "kernels/order.h"

namespace dlcore::kernels {

void maximum(DType dtype, const Loop<3>& loop) {
  any_dtype(dtype, loop, [](auto a, auto b) { return larger(a, b); });
}
void minimum(DType dtype, const Loop<3>& loop) {
  any_dtype(dtype, loop, [](auto a, auto b) { return smaller(a, b); });
}

void maximum_backward(DType dtype, const Loop<4>& loop) {
  floating(dtype, loop, []<class T>(T dy, T a, T b) { return a < b ? T{0} : (a == b ? dy / 2 : dy); });
}
void minimum_backward(DType dtype, const Loop<4>& loop) {
  floating(dtype, loop, []<class T>(T dy, T a, T b) { return a > b ? T{0} : (a == b ? dy / 2 : dy); });
}

void clamp(DType dtype, const Loop<4>& loop) {
  numbers(dtype, loop, [](auto x, auto low, auto high) { return smaller(larger(x, low), high); });
}

void clamp_numbers(DType dtype, const Loop<2>& loop, const void* low, const void* high) {
  visit(dtype, [&]<class T>() {
    if constexpr (!std::is_same_v<T, bool>) {
      elementwise<T, T>(loop, [low = *static_cast<const T*>(low), high = *static_cast<const T*>(high)](T x) {
        const T raised = x < low ? low : x;  // NaN stays; the limits hold none
        return raised > high ? high : raised;
      });
    }
  });
}

void clamp_backward(DType dtype, const Loop<3>& loop, double low, double high) {
  floating(dtype, loop,
           [=]<class T>(T dy, T x) { return (x >= static_cast<T>(low)) & (x <= static_cast<T>(high)) ? dy : T{0}; });
}

}  // namespace dlcore::kernels
