#pragma once

#include <array>

#include "kernels/math/real.h"

// x = n pi / 2 + r, |r| <= pi / 4; which polynomial follows from n's lowest bits. Angles in float are reduced in
// double, where three parts of pi / 2 serve both: n has 16 bits and the parts 33, so the first two products are exact,
// and what is left of a number that lies close to a multiple of pi / 2 still has all of its bits.
namespace dlcore::kernels::math {

template <class T>
constexpr T kLargestAngle = 65536;  // the reduction serves up to here; trigonometric.cpp takes care of the rest

namespace detail {

// (sin(r) / r - 1) / r^2 and (cos(r) - 1 + r^2 / 2) / r^4, in r^2
template <class T>
constexpr std::array<double, 3> kSin = {-0.1666665488, 8.332173546e-3, -1.951665099e-4};
template <>
constexpr inline std::array<double, 6> kSin<double> = {-0.1666666666666663172,   8.33333333332233043e-3,
                                                       -1.984126982973531408e-4, 2.755731366484536275e-6,
                                                       -2.505075360266068556e-8, 1.589651978853248237e-10};
template <class T>
constexpr std::array<double, 3> kCos = {0.04166664676, -1.38873619e-3, 2.443775932e-5};
template <>
constexpr inline std::array<double, 6> kCos<double> = {0.04166666666666659879,  -1.388888888887399577e-3,
                                                       2.480158728939715002e-5, -2.755731432648325856e-7,
                                                       2.087571960176576353e-9, -1.135945021220648177e-11};

// sin(x + quarter pi / 2), with the polynomials of T.
template <class T>
DLCORE_INLINE double sine(double x, uint64_t quarter) {
  constexpr double kHalfPi[] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2e037073p-69};
  const double shifted = x * 0.63661977236758134308 + kShift<double>, n = shifted - kShift<double>;
  const double r = ((x - n * kHalfPi[0]) - n * kHalfPi[1]) - n * kHalfPi[2], z = r * r;
  const double sin = r + r * (z * polynomial(kSin<T>, z));
  const double cos = 1 - (0.5 * z - z * z * polynomial(kCos<T>, z));
  const uint64_t k = bits_of(shifted) + quarter;
  return from_bits<double>(bits_of((k & 1) != 0 ? cos : sin) ^ ((k & 2) << 62));
}

}  // namespace detail

// float: 0.6 ulp, double: 2.5 ulp, up to kLargestAngle.
template <class T>
DLCORE_INLINE T sin(T x) {
  const T y = static_cast<T>(detail::sine<T>(x, 0));
  return x == 0 ? x : y;
}
template <class T>
DLCORE_INLINE T cos(T x) {
  return static_cast<T>(detail::sine<T>(x, 1));
}

}  // namespace dlcore::kernels::math
