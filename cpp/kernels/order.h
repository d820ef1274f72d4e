#pragma once

#include <limits>

namespace dlcore::kernels {

// NaN is passed on from whichever operand holds it: x != x only for NaN, and where b alone is NaN, the comparison fails
// and b is taken. Two selections instead of one of a condition with two parts, as processors have the first in one
// instruction.
template <class T>
T larger(T a, T b) {
  const T of_numbers = a > b ? a : b;
  return a != a ? a : of_numbers;
}
template <class T>
T smaller(T a, T b) {
  const T of_numbers = a < b ? a : b;
  return a != a ? a : of_numbers;
}

// What every number is at least or at most.
template <class T, bool kLargest>
constexpr T kWorst = std::numeric_limits<T>::has_infinity
                         ? (kLargest ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity())
                         : (kLargest ? std::numeric_limits<T>::lowest() : std::numeric_limits<T>::max());

}  // namespace dlcore::kernels
