#pragma once

#include <array>

#include "kernels/math.h"
#include "kernels/simd.h"

// Weights from scores, a vector at a time.
namespace dlcore::kernels {

// 2^r for |r| <= 1/2, to 3e-9 and 2e-17 of it.
template <class T>
constexpr std::array<T, 7> kExp2 = {1.0f,          0.69314721497f,   0.24022652783f,  0.0555031055101f,
                                    0.00961769297f, 0.00134066439024f, 0.000155946781613f};
template <>
constexpr inline std::array<double, 12> kExp2<double> = {
    1.0,
    0.69314718055994569675,
    0.24022650695910098007,
    0.055504108664790394552,
    0.0096181291076070023796,
    0.0013333558153439964747,
    0.0001540353044157213033,
    0.000015252727385193868197,
    1.3215442675329822143e-6,
    1.0180647659234138888e-7,
    7.0725704128144235096e-9,
    4.078071929588336665e-10};

// 2^x of numbers that are not large, as scores are below their largest: 1.0 ulp. Zero where 2^x is not normal.
template <class T>
[[gnu::always_inline]] inline simd::Vector<T> exp2(simd::Vector<T> x) {
  using namespace simd;
  constexpr T kSmallest = 2 - static_cast<T>(std::numeric_limits<T>::max_exponent);
  const Vector<T> shifted = x + math::kShift<T>, r = x - (shifted - math::kShift<T>);
  Vector<T> y = broadcast(kExp2<T>.back());
#pragma GCC unroll 16
  for (int i = static_cast<int>(kExp2<T>.size()) - 2; i >= 0; --i) y = y * r + kExp2<T>[i];
  const Integers<T> bits = Integers<T>(y) + (Integers<T>(shifted) << math::kMantissa<T>);
  return choose<T>(x < kSmallest, Vector<T>{}, Vector<T>(bits));  // NaN stays
}

}  // namespace dlcore::kernels
