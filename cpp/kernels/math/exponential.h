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

template <class V>
struct Reduced {
  V n, r;
  Bits<V> biased;  // n + 2 kBias
};

template <class V>
DLCORE_INLINE Reduced<V> reduce_exponent(V x) {
  using T = Element<V>;
  const V shifted = x * kLog2E<T> + kShift<T>, n = shifted - kShift<T>;
  return {n, (x - n * kLn2High<T>)-n * kLn2Low<T>, bits_of(shifted) - bits_of(kShift<T> - 2 * kBias<T>)};
}

template <class V>
DLCORE_INLINE V power_of_two(Bits<V> biased) {  // 2^(biased - kBias)
  return from_bits<V>(biased << kMantissa<Element<V>>);
}

// 2^n may lie outside the range of T where the result does not: in two steps.
template <class V>
DLCORE_INLINE V times_power_of_two(V y, const Reduced<V>& of) {
  if constexpr (kIsVector<V> && simd::kScales) {
    return simd::scale<Element<V>>(y, of.n);
  } else {
    const Bits<V> half = of.biased >> 1;
    return y * power_of_two<V>(half) * power_of_two<V>(of.biased - half);
  }
}

// Beyond it e^x is infinite, or zero below its negative, for certain.
template <class T>
constexpr T kExpLimit = std::is_same_v<T, float> ? 110 : 750;

template <class V>
DLCORE_INLINE V exp_within_limit(V x) {
  using T = Element<V>;
  const Reduced<V> of = reduce_exponent(x);
  return times_power_of_two<V>(T{1} + (of.r + of.r * of.r * polynomial(kExp<T>, of.r)), of);
}

}  // namespace detail

// float: 1.0 ulp, double: 1.0 ulp.
template <class V>
DLCORE_INLINE V exp(V x) {
  constexpr Element<V> kLimit = detail::kExpLimit<Element<V>>;
  return detail::exp_within_limit(at_least(-kLimit, at_most(kLimit, x)));
}

// 2^n (e^r - 1) + 2^n - 1, of which 2^n alone would overflow just before the result does: at half its size.
//
// float: 1.5 ulp, double: 2.0 ulp.
template <class V>
DLCORE_INLINE V expm1(V x) {
  using T = Element<V>;
  constexpr T kLow = std::is_same_v<T, float> ? -20 : -40, kHigh = std::is_same_v<T, float> ? 89 : 710;  // -1; infinity
  const auto [n, r, biased] = detail::reduce_exponent(at_least(kLow, at_most(kHigh, x)));
  const V y = r + r * r * polynomial(detail::kExp<T>, r);
  const V half = detail::power_of_two<V>(biased - kBias<T> - 1);
  const V scaled = T{2} * (half * y + (half - T(0.5)));
  return with_sign_of(x, n == 0 ? y : scaled);  // half of the smallest numbers would be zero
}

// float: 2.5 ulp, double: 2.5 ulp.
template <class V>
DLCORE_INLINE V sigmoid(V x) {
  using T = Element<V>;
  return T{1} / (T{1} + exp(-x));
}

// (e^2x - 1) / (e^2x + 1), with e^2x - 1 = 2^n (e^r - 1) + 2^n - 1. n is found where it lies in the exponent.
//
// float: 2.5 ulp, double: 2.5 ulp.
template <class V>
DLCORE_INLINE V tanh(V x) {
  using T = Element<V>;
  constexpr T kLimit = std::is_same_v<T, float> ? 10 : 20;  // beyond it the result is 1
  constexpr T kBiased = kShift<T> + kBias<T>;
  const V twice = T{2} * at_most(kLimit, magnitude(x)), shifted = twice * detail::kLog2E<T> + kBiased;
  const V n = shifted - kBiased, r = (twice - n * kLn2High<T>)-n * kLn2Low<T>;
  const V power = detail::power_of_two<V>(bits_of(shifted));
  const V e = power * (r + r * r * polynomial(detail::kExp<T>, r)) + (power - T{1});
  return from_bits<V>(bits_of(e / (e + T{2})) | (bits_of(x) & kSign<T>));
}

}  // namespace dlcore::kernels::math
