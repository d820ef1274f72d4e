#include "kernels/division.h"

#include <cmath>

#include "kernels/elementwise.h"

// Processors have no vector form of the division of integers, and of those with 64 bits it is their slowest
// instruction. Quotients of narrower ones are computed in floating numbers that hold both operands exactly: a quotient
// that is no integer differs from the next one by at least 1 / b, more than rounding can bridge. Floating quotients are
// derived from fmod, which is exact: floor(a / b) of the rounded a / b would be off by one where a is just below a
// multiple of b.
namespace dlcore::kernels {
namespace {

// The smallest integer has no negative: dividing it by -1 traps. Negation that wraps does not.
template <class T>
T negated(T a) {
  return static_cast<T>(T{0} - static_cast<std::make_unsigned_t<T>>(a));
}

template <class T>
T truncated_quotient(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::trunc(a / b);
  } else if constexpr (sizeof(T) == 8) {
    return b == -1 ? negated(a) : a / b;
  } else {
    using Wide = std::conditional_t<sizeof(T) == 1, float, double>;
    if constexpr (std::is_unsigned_v<T>) return static_cast<T>(static_cast<Wide>(a) / static_cast<Wide>(b));
    const bool negates = b == T(-1);
    const T quotient = static_cast<T>(static_cast<Wide>(a) / static_cast<Wide>(negates ? T{1} : b));
    return negates ? negated(a) : quotient;
  }
}

// What rounding down changes: a remainder of b's other sign.
template <class T>
bool rounds_down(T rest, T b) {
  return (rest != 0) & ((rest < 0) != (b < 0));
}

template <class T>
T truncated_remainder(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::fmod(a, b);
  } else {
    using Unsigned = std::make_unsigned_t<T>;  // in which products wrap
    const auto whole =
        static_cast<Unsigned>(static_cast<Unsigned>(truncated_quotient(a, b)) * static_cast<Unsigned>(b));
    return static_cast<T>(static_cast<Unsigned>(a) - whole);
  }
}

template <class T>
T floored_remainder(T a, T b) {
  const T rest = truncated_remainder(a, b);
  return rounds_down(rest, b) ? static_cast<T>(rest + b) : rest;
}

template <class T>
T floored_quotient(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (b == 0) return a / b;
    const T rest = truncated_remainder(a, b), quotient = (a - rest) / b - (rounds_down(rest, b) ? T{1} : T{0});
    return quotient == 0 ? std::copysign(T{0}, a / b) : std::nearbyint(quotient);
  } else {
    return static_cast<T>(truncated_quotient(a, b) - (rounds_down(truncated_remainder(a, b), b) ? T{1} : T{0}));
  }
}

}  // namespace

void floor_divide(DType dtype, const Loop<3>& loop) {
  numbers(dtype, loop, []<class T>(T a, T b) { return floored_quotient(a, b); });
}
void trunc_divide(DType dtype, const Loop<3>& loop) {
  numbers(dtype, loop, []<class T>(T a, T b) { return truncated_quotient(a, b); });
}
void remainder(DType dtype, const Loop<3>& loop) {
  numbers(dtype, loop, []<class T>(T a, T b) { return floored_remainder(a, b); });
}

}  // namespace dlcore::kernels
