#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "kernels/simd.h"

// The bits of floating numbers, and polynomials. Inlined always: a call would keep a loop from becoming vectors.
#define DLCORE_INLINE [[gnu::always_inline]] inline

namespace dlcore::kernels::math {

// What a function takes and gives: a number, or a vector of them, lane by lane.
namespace detail {
template <class T>
using Unsigned = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;

template <class V>
struct Kind {
  using Element = V;
  using Bits = Unsigned<V>;
};
template <class V>
requires(!std::is_arithmetic_v<V>) struct Kind<V> {
  using Element = std::remove_cvref_t<decltype(V{}[0])>;
  using Bits = simd::Vector<Unsigned<Element>>;
};
}  // namespace detail

template <class V>
using Element = typename detail::Kind<V>::Element;
template <class V>
using Bits = typename detail::Kind<V>::Bits;
template <class V>
inline constexpr bool kIsVector = !std::is_arithmetic_v<V>;

template <class V>
DLCORE_INLINE Bits<V> bits_of(V x) {
  return std::bit_cast<Bits<V>>(x);
}
template <class V>
DLCORE_INLINE V from_bits(Bits<V> bits) {
  return std::bit_cast<V>(bits);
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
constexpr Bits<T> kSign = Bits<T>{1} << (8 * sizeof(T) - 1);

template <class V>
DLCORE_INLINE V magnitude(V x) {
  if constexpr (kIsVector<V>) {
    return from_bits<V>(bits_of(x) & ~kSign<Element<V>>);
  } else {
    return std::abs(x);
  }
}
template <class V>
DLCORE_INLINE V with_sign_of(V x, V y) {
  if constexpr (kIsVector<V>) {
    return from_bits<V>((bits_of(x) & kSign<Element<V>>) | (bits_of(y) & ~kSign<Element<V>>));
  } else {
    return std::copysign(y, x);
  }
}
// NaN stays.
template <class V>
DLCORE_INLINE V at_least(Element<V> low, V x) {
  if constexpr (kIsVector<V>) {
    return simd::larger<Element<V>>(simd::broadcast(low), x);
  } else {
    return x < low ? low : x;
  }
}
template <class V>
DLCORE_INLINE V at_most(Element<V> high, V x) {
  if constexpr (kIsVector<V>) {
    return simd::smaller<Element<V>>(simd::broadcast(high), x);
  } else {
    return x > high ? high : x;
  }
}

// c[0] + c[1] x + c[2] x^2 + ..., by Horner's rule.
template <class Table, class V, size_t I = 0>
DLCORE_INLINE V polynomial(const Table& c, V x) {
  const auto term = static_cast<Element<V>>(c[I]);
  if constexpr (I + 2 == std::tuple_size_v<Table>) {
    return term + x * static_cast<Element<V>>(c[I + 1]);
  } else {
    return term + x * polynomial<Table, V, I + 1>(c, x);
  }
}

}  // namespace dlcore::kernels::math
