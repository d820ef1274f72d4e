#pragma once

#include <limits>

namespace dlcore::kernels {

// NaN is passed on from whichever operand holds it: x != x only for NaN, and where b alone is NaN, the comparison fails
// and b is taken.
template <class T>
T larger(T a, T b) {
  return (a > b) | (a != a) ? a : b;
}
template <class T>
T smaller(T a, T b) {
  return (a < b) | (a != a) ? a : b;
}

// What every number is at least or at most.
template <class T, bool kLargest>
constexpr T kWorst = std::numeric_limits<T>::has_infinity
                         ? (kLargest ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity())
                         : (kLargest ? std::numeric_limits<T>::lowest() : std::numeric_limits<T>::max());

}  // namespace dlcore::kernels
