#include "kernels/trigonometric.h"

#include <atomic>
#include <cmath>

#include "kernels/elementwise.h"
#include "kernels/math.h"

// The vector forms reduce their argument exactly up to math::kLargestAngle. Beyond it a reduction needs hundreds of
// bits of pi, which std::sin has; a tensor that holds such an angle takes std::sin for that element, in a loop of its
// own.
namespace dlcore::kernels {
namespace {

template <class T>
bool is_large(T x) {
  return std::abs(x) > math::kLargestAngle<T>;
}

template <class T, int N>
bool any_large(const Loop<N>& loop, int operand) {
  const int64_t step = loop.ndim ? loop.strides[operand][loop.ndim - 1] : 1;
  std::atomic<bool> any{false};
  parallel_for(loop.numel, kElementGrain, [&](int64_t begin, int64_t end) {
    walk(loop, begin, end, [&](const std::array<int64_t, N>& at, int64_t n) {
      const T* x = loop.template at<const T>(operand) + at[operand];
      bool run = false;
      for (int64_t i = 0; i < n; ++i) run |= is_large(x[i * step]);
      if (run) any.store(true, std::memory_order_relaxed);
    });
  });
  return any.load(std::memory_order_relaxed);
}

// y = finish(dy..., f(x)), x being the last operand.
template <int N, class Fast, class Exact, class Finish>
void of_angle(DType dtype, const Loop<N>& loop, Fast fast, Exact exact, Finish finish) {
  const bool large = visit_floating(dtype, [&]<class T>() { return any_large<T>(loop, N - 1); });
  if (!large) return floating(dtype, loop, [=](auto... xs) { return finish(fast, xs...); });
  const auto either = [=](auto x) { return is_large(x) ? exact(x) : fast(x); };
  floating(dtype, loop, [=](auto... xs) { return finish(either, xs...); });
}

constexpr auto kFastSin = [](auto x) { return math::sin(x); };
constexpr auto kFastCos = [](auto x) { return math::cos(x); };
constexpr auto kExactSin = [](auto x) { return std::sin(x); };
constexpr auto kExactCos = [](auto x) { return std::cos(x); };

}  // namespace

void sin(DType dtype, const Loop<2>& loop) {
  of_angle(dtype, loop, kFastSin, kExactSin, [](auto sin, auto x) { return sin(x); });
}
void cos(DType dtype, const Loop<2>& loop) {
  of_angle(dtype, loop, kFastCos, kExactCos, [](auto cos, auto x) { return cos(x); });
}
void sin_backward(DType dtype, const Loop<3>& loop) {
  of_angle(dtype, loop, kFastCos, kExactCos, [](auto cos, auto dy, auto x) { return dy * cos(x); });
}
void cos_backward(DType dtype, const Loop<3>& loop) {
  of_angle(dtype, loop, kFastSin, kExactSin, [](auto sin, auto dy, auto x) { return -dy * sin(x); });
}

}  // namespace dlcore::kernels
