#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

// The bits of floating numbers, and polynomials. Inlined always: a call would keep a loop from becoming vectors.
#define DLCORE_INLINE [[gnu::always_inline]] inline

namespace dlcore::kernels::math {

template <class T>
using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;

template <class T>
DLCORE_INLINE Bits<T> bits_of(T x) {
  return std::bit_cast<Bits<T>>(x);
}
template <class T>
DLCORE_INLINE T from_bits(Bits<T> bits) {
  return std::bit_cast<T>(bits);
}

template <class T>
constexpr T kInfinity = std::numeric_limits<T>::infinity();
template <class T>
constexpr T kNaN = std::numeric_limits<T>::quiet_NaN();
template <class T>
constexpr int kMantissa = std::numeric_limits<T>::digits - 1;  // bits of it that are stored
template <class T>
constexpr Bits<T> kBias = std::numeric_limits<T>::max_exponent - 1;  // of the stored exponent

// Adding 1.5 * 2^kMantissa rounds to an integer, which then lies in the lowest bits; taking it away again leaves the
// integer as a number. This needs no conversion, of which double has none before AVX-512.
template <class T>
constexpr T kShift = T(1.5) * static_cast<T>(Bits<T>{1} << kMantissa<T>);

// ln(2) in two parts, of which the first has so few bits that its product with an exponent is exact.
template <class T>
constexpr T kLn2High = T(0x1.62e3p-1);
template <>
constexpr inline double kLn2High<double> = 0x1.62e42feep-1;
template <class T>
constexpr T kLn2Low = T(9.0580006145e-6);
template <>
constexpr inline double kLn2Low<double> = 1.90821492927058770002e-10;

template <class T>
DLCORE_INLINE T magnitude(T x) {
  return std::abs(x);
}
template <class T>
DLCORE_INLINE T with_sign_of(T x, T y) {
  return std::copysign(y, x);
}
// NaN stays.
template <class T>
DLCORE_INLINE T at_least(T low, T x) {
  return x < low ? low : x;
}
template <class T>
DLCORE_INLINE T at_most(T high, T x) {
  return x > high ? high : x;
}

// c[0] + c[1] x + c[2] x^2 + ..., by Horner's rule.
template <class Table, class T, size_t I = 0>
DLCORE_INLINE T polynomial(const Table& c, T x) {
  if constexpr (I + 1 == std::tuple_size_v<Table>) {
    return static_cast<T>(c[I]);
  } else {
    return static_cast<T>(c[I]) + x * polynomial<Table, T, I + 1>(c, x);
  }
}

}  // namespace dlcore::kernels::math
