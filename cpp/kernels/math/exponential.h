#pragma once

#include <array>

#include "kernels/math/real.h"

// e^x = 2^n e^r, n an integer and |r| <= ln(2) / 2, where a polynomial suffices.
namespace dlcore::kernels::math {

namespace detail {

template <class T>
constexpr T kLog2E = T(1.44269504088896340736);
// (e^r - 1 - r) / r^2
template <class T>
constexpr std::array<float, 6> kExp = {0.5000000047f,   0.1666666682f,   0.04166635348f,
                                       8.333272622e-3f, 1.394110776e-3f, 1.991440177e-4f};
template <>
constexpr inline std::array<double, 11> kExp<double> = {
    0.4999999999999999999,   0.1666666666666667663,   0.04166666666666670224,  8.333333333321576436e-3,
    1.388888888886639205e-3, 1.984126988629771569e-4, 2.480158736143643134e-5, 2.755724400355956824e-6,
    2.755724201172486838e-7, 2.510911939846451352e-8, 2.09246728569602176e-9};

template <class T>
struct Reduced {
  T n, r;
  Bits<T> biased;  // n + 2 kBias
};

template <class T>
DLCORE_INLINE Reduced<T> reduce_exponent(T x) {
  const T shifted = x * kLog2E<T> + kShift<T>, n = shifted - kShift<T>;
  return {n, (x - n * kLn2High<T>)-n * kLn2Low<T>, bits_of(shifted) - bits_of(kShift<T> - 2 * kBias<T>)};
}

template <class T>
DLCORE_INLINE T power_of_two(Bits<T> biased) {  // 2^(biased - kBias)
  return from_bits<T>(biased << kMantissa<T>);
}

}  // namespace detail

// float: 1.0 ulp, double: 1.0 ulp.
template <class T>
DLCORE_INLINE T exp(T x) {
  constexpr T kLimit = std::is_same_v<T, float> ? 110 : 750;  // beyond it the result is zero or infinite, for certain
  const auto [n, r, biased] = detail::reduce_exponent(at_least(-kLimit, at_most(kLimit, x)));
  const T y = 1 + (r + r * r * polynomial(detail::kExp<T>, r));
  const Bits<T> half = biased >> 1;  // 2^n may lie outside the range of T where the result does not: in two steps
  return y * detail::power_of_two<T>(half) * detail::power_of_two<T>(biased - half);
}

// 2^n (e^r - 1) + 2^n - 1, of which 2^n alone would overflow just before the result does: at half its size.
//
// float: 1.5 ulp, double: 2.0 ulp.
template <class T>
DLCORE_INLINE T expm1(T x) {
  constexpr T kLow = std::is_same_v<T, float> ? -20 : -40, kHigh = std::is_same_v<T, float> ? 89 : 710;  // -1; infinity
  const auto [n, r, biased] = detail::reduce_exponent(at_least(kLow, at_most(kHigh, x)));
  const T y = r + r * r * polynomial(detail::kExp<T>, r);
  const T half = detail::power_of_two<T>(biased - kBias<T> - 1);
  const T scaled = 2 * (half * y + (half - T(0.5)));
  return with_sign_of(x, n == 0 ? y : scaled);  // half of the smallest numbers would be zero
}

// float: 2.5 ulp, double: 2.5 ulp.
template <class T>
DLCORE_INLINE T sigmoid(T x) {
  return 1 / (1 + exp(-x));
}

// (e^2x - 1) / (e^2x + 1).
//
// float: 2.5 ulp, double: 2.5 ulp.
template <class T>
DLCORE_INLINE T tanh(T x) {
  constexpr T kLimit = std::is_same_v<T, float> ? 10 : 20;  // beyond it the result is 1
  const T e = expm1(2 * at_most(kLimit, magnitude(x)));
  return with_sign_of(x, e / (e + 2));
}

}  // namespace dlcore::kernels::math
