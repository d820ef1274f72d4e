#include "kernels/division.h"

#include <cmath>

#include "kernels/elementwise.h"

// Division of integers is a processor's slowest instruction and has no vector form, so these loops gain nothing from
// SIMD. Floating quotients are derived from fmod, which is exact: floor(a / b) of the rounded a / b would be off by one
// where a is just below a multiple of b.
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
  } else {
    return std::is_signed_v<T> && b == T(-1) ? negated(a) : static_cast<T>(a / b);
  }
}

template <class T>
T floored_remainder(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    const T rest = std::fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  } else {
    if (std::is_signed_v<T> && b == T(-1)) return 0;
    const T rest = static_cast<T>(a % b);
    return rest != 0 && (rest < 0) != (b < 0) ? static_cast<T>(rest + b) : rest;
  }
}

template <class T>
T floored_quotient(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (b == 0) return a / b;
    const T rest = std::fmod(a, b);
    T quotient = (a - rest) / b;
    if (rest != 0 && (rest < 0) != (b < 0)) quotient -= 1;
    return quotient == 0 ? std::copysign(T{0}, a / b) : std::nearbyint(quotient);
  } else {
    if (std::is_signed_v<T> && b == T(-1)) return negated(a);
    const T quotient = static_cast<T>(a / b);
    return a % b != 0 && (a < 0) != (b < 0) ? static_cast<T>(quotient - 1) : quotient;
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
