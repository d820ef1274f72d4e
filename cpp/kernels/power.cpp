#include "kernels/power.h"

#include <cmath>

#include "kernels/elementwise.h"

namespace dlcore::kernels {
namespace {

// By squaring; overflow wraps.
template <class T>
T integer_power(T base, T exponent) {
  if (std::is_signed_v<T> && exponent < 0) return base == 1 ? 1 : base != T(-1) ? 0 : exponent % 2 == 0 ? 1 : -1;
  uint64_t y = 1, square = static_cast<uint64_t>(base);
  for (uint64_t rest = static_cast<uint64_t>(exponent); rest > 0; rest >>= 1, square *= square) {
    if (rest & 1) y *= square;
  }
  return static_cast<T>(y);
}

template <class T>
T power(T base, T exponent) {
  if constexpr (std::is_integral_v<T>) {
    return integer_power(base, exponent);
  } else {
    return std::pow(base, exponent);
  }
}

// Calls body(f) with the cheapest f(x) = x^exponent.
template <class Body>
void with_power(double exponent, Body&& body) {
  if (exponent == 0) return body([]<class T>(T) { return T{1}; });
  if (exponent == 1) return body([](auto x) { return x; });
  if (exponent == 2) return body([](auto x) { return x * x; });
  if (exponent == 3) return body([](auto x) { return x * x * x; });
  if (exponent == 0.5) return body([](auto x) { return std::sqrt(x); });
  if (exponent == -0.5) return body([](auto x) { return 1 / std::sqrt(x); });
  if (exponent == -1) return body([]<class T>(T x) { return T{1} / x; });
  if (exponent == -2) return body([]<class T>(T x) { return T{1} / (x * x); });
  body([exponent]<class T>(T x) { return power(x, static_cast<T>(exponent)); });
}

}  // namespace

void pow(DType dtype, const Loop<3>& loop) {
  numbers(dtype, loop, []<class T>(T a, T b) { return power(a, b); });
}

void pow_number(DType dtype, const Loop<2>& loop, double exponent) {
  if (is_floating(dtype)) {
    with_power(exponent, [&](auto f) { floating(dtype, loop, f); });
  } else {
    numbers(dtype, loop, [exponent]<class T>(T x) { return power(x, static_cast<T>(exponent)); });
  }
}

void pow_number_backward(DType dtype, const Loop<3>& loop, double exponent) {
  if (exponent == 0) return floating(dtype, loop, []<class T>(T, T) { return T{0}; });
  with_power(exponent - 1, [&](auto f) {
    floating(dtype, loop, [f, exponent]<class T>(T dy, T x) { return dy * (static_cast<T>(exponent) * f(x)); });
  });
}

void square(DType dtype, const Loop<2>& loop) {
  numbers(dtype, loop, [](auto x) { return x * x; });
}
void square_backward(DType dtype, const Loop<3>& loop) {
  floating(dtype, loop, [](auto dy, auto x) { return dy * (x + x); });
}
void reciprocal(DType dtype, const Loop<2>& loop) {
  floating(dtype, loop, [](auto x) { return 1 / x; });
}
void reciprocal_backward(DType dtype, const Loop<3>& loop) {
  floating(dtype, loop, [](auto dy, auto y) { return -dy * y * y; });
}
void sqrt(DType dtype, const Loop<2>& loop) {
  floating(dtype, loop, [](auto x) { return std::sqrt(x); });
}
void sqrt_backward(DType dtype, const Loop<3>& loop) {
  floating(dtype, loop, [](auto dy, auto y) { return dy / (y + y); });
}
void rsqrt(DType dtype, const Loop<2>& loop) {
  floating(dtype, loop, [](auto x) { return 1 / std::sqrt(x); });
}
void rsqrt_backward(DType dtype, const Loop<3>& loop) {
  floating(dtype, loop, []<class T>(T dy, T y) { return dy * (y * y * y * T(-0.5)); });
}

}  // namespace dlcore::kernels
