#include "kernels/rounding.h"

#include <cmath>

#include "kernels/elementwise.h"

namespace dlcore::kernels {
namespace {

template <class T>
T sign_of(T x) {
  return static_cast<T>((x > 0) - (x < 0));
}

}  // namespace

void abs(DType dtype, const Loop<2>& loop) {
  numbers(dtype, loop, []<class T>(T x) {
    if constexpr (std::is_floating_point_v<T>) {
      return std::abs(x);
    } else {
      return x < 0 ? -x : x;
    }
  });
}
void abs_backward(DType dtype, const Loop<3>& loop) {
  floating(dtype, loop, [](auto dy, auto x) { return dy * sign_of(x); });
}
void sign(DType dtype, const Loop<2>& loop) {
  numbers(dtype, loop, [](auto x) { return sign_of(x); });
}
void floor(DType dtype, const Loop<2>& loop) {
  floating(dtype, loop, [](auto x) { return std::floor(x); });
}
void ceil(DType dtype, const Loop<2>& loop) {
  floating(dtype, loop, [](auto x) { return std::ceil(x); });
}
void round(DType dtype, const Loop<2>& loop) {
  floating(dtype, loop, [](auto x) { return std::nearbyint(x); });
}
void trunc(DType dtype, const Loop<2>& loop) {
  floating(dtype, loop, [](auto x) { return std::trunc(x); });
}

}  // namespace dlcore::kernels
