#pragma once

#include <array>

#include "kernels/math/real.h"

// x = 2^e (1 + f) with 1 + f in sqrt(1/2) ... sqrt(2), and of the logarithm of 1 + f the odd series in s = f / (2 + f):
// ln(1 + f) = f - f^2 / 2 + s (f^2 / 2 + R(s^2)), whose largest term is exact (FreeBSD's e_log.c).
namespace dlcore::kernels::math {

namespace detail {

// (ln((1 + s) / (1 - s)) - 2 s) / s^3, in s^2
template <class T>
constexpr std::array<float, 4> kLog = {0.666666656f, 0.400003455f, 0.2853660435f, 0.2359634414f};
template <>
constexpr inline std::array<double, 7> kLog<double> = {
    0.6666666666666739218, 0.3999999999937904823, 0.2857142875108181573, 0.2222219760743436074,
    0.1818361809645533242, 0.1531258882111869292, 0.1481138695315985738};

template <class T>
struct Decomposed {
  T e, f;
  Bits<T> biased;  // e + kBias
};

template <class T>
DLCORE_INLINE Decomposed<T> decompose(T x) {  // x > 0, neither denormal nor infinite
  constexpr Bits<T> kRoot = std::bit_cast<Bits<T>>(T(0.70710678118654752440));
  constexpr Bits<T> kMask = (Bits<T>{1} << kMantissa<T>)-1;
  constexpr T kInteger = static_cast<T>(Bits<T>{1} << kMantissa<T>);  // its lowest bits are those of an integer added
  const Bits<T> moved = bits_of(x) + (bits_of(T{1}) - kRoot), biased = moved >> kMantissa<T>;
  const T e = from_bits<T>(bits_of(kInteger) + biased) - (kInteger + kBias<T>);
  return {e, from_bits<T>((moved & kMask) + kRoot) - 1, biased};
}

template <class T>
DLCORE_INLINE T log_of(T e, T f) {  // ln(2^e (1 + f))
  const T s = f / (2 + f), z = s * s, half_square = T(0.5) * f * f;
  const T rest = s * (half_square + z * polynomial(kLog<T>, z)) + e * kLn2Low<T>;
  return e * kLn2High<T> - ((half_square - rest) - f);
}

// y, but what ln(x) is where x is not positive and finite.
template <class T>
DLCORE_INLINE T log_at_edges(T x, T y) {
  const T finite = x < kInfinity<T> ? y : x;
  const T edge = x == 0 ? -kInfinity<T> : kNaN<T>;
  return x > 0 ? finite : edge;
}

}  // namespace detail

// float: 1.0 ulp, double: 1.0 ulp.
template <class T>
DLCORE_INLINE T log(T x) {
  const auto [e, f, biased] = detail::decompose(x);
  return detail::log_at_edges(x, detail::log_of(e, f));
}

// u = 1 + x gives e; f is then derived from x itself: 2^-e (1 + x) - 1 = 2^-e x + (2^-e - 1), in which nothing of a
// small x is lost. Where 1 is lost beside x, 2^-e may underflow, and u has all that matters.
//
// float: 1.5 ulp, double: 1.5 ulp.
template <class T>
DLCORE_INLINE T log1p(T x) {
  constexpr T kLarge = static_cast<T>(Bits<T>{2} << kMantissa<T>);
  const T u = 1 + x;
  const auto [e, rounded, biased] = detail::decompose(u);
  const T scale = from_bits<T>((2 * kBias<T> - biased) << kMantissa<T>);  // 2^-e
  const T kept = x * scale + (scale - 1);
  const T y = detail::log_at_edges(u, detail::log_of(e, x < kLarge ? kept : rounded));
  return x == 0 ? x : y;
}

}  // namespace dlcore::kernels::math
