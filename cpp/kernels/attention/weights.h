#pragma once

#include <array>

#include "kernels/math.h"
#include "kernels/simd.h"

// Weights from scores, a vector at a time.
namespace dlcore::kernels {

// 2^r for |r| <= 1/2, to 1.5e-7 and 2e-17 of it.
template <class T>
constexpr std::array<T, 6> kExp2 = {
    1.0f, 0.693146967065f, 0.240221197237f, 0.0555071327186f, 0.00967554134312f, 0.0013276472632f};
template <>
constexpr inline std::array<double, 12> kExp2<double> = {1.0,
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

// 2^(x - base) for x that is not much above a base, 1.5 ulp for base an integer; zero where the result is not normal.
// An integer takes no subtraction of its own: it goes into the number whose addition rounds x.
template <class T>
struct Exp2Below {
  [[gnu::always_inline]] explicit Exp2Below(simd::Vector<T> base)
      : shift(math::kShift<T> - base), lowest(base + (2 - static_cast<T>(std::numeric_limits<T>::max_exponent))) {}

  [[gnu::always_inline]] simd::Vector<T> operator()(simd::Vector<T> x) const {
    using namespace simd;
    const Vector<T> shifted = x + shift, r = x - (shifted - shift);
    Vector<T> y = broadcast(kExp2<T>.back());
#pragma GCC unroll 16
    for (int i = static_cast<int>(kExp2<T>.size()) - 2; i >= 0; --i) y = y * r + kExp2<T>[i];
    const Integers<T> bits = Integers<T>(y) + (Integers<T>(shifted) << math::kMantissa<T>);
    return choose<T>(x < lowest, Vector<T>{}, Vector<T>(bits));  // NaN stays
  }

  simd::Vector<T> shift, lowest;
};

template <class T>
[[gnu::always_inline]] inline simd::Vector<T> rounded(simd::Vector<T> x) {
  return (x + math::kShift<T>)-math::kShift<T>;
}

}  // namespace dlcore::kernels
