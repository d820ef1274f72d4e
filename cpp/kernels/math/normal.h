#pragma once

#include <array>

#include "kernels/math/exponential.h"

// The error function and the normal distribution, from e^(x^2) erfc(x) = P(x) / Q(x): both polynomials have positive
// coefficients alone, so nothing cancels. The quotient interpolates at the Chebyshev nodes of (x - k) / (x + k), with k
// = 2 and 3, up to where e^(-x^2) is zero.
namespace dlcore::kernels::math {

namespace detail {

template <class T>
constexpr std::array<float, 5> kErfcP = {1.000000003f, 1.230276067f, 0.7227886324f, 0.2248990466f, 0.03184485081f};
template <>
constexpr inline std::array<double, 11> kErfcP<double> = {1.0,
                                                          2.34493711468707965,
                                                          2.725464044798095,
                                                          2.02905273328478006,
                                                          1.06159555143634991,
                                                          0.406023626337234419,
                                                          0.114813760562404035,
                                                          0.0237325960167321487,
                                                          3.44512144993124445e-3,
                                                          3.19400137009654991e-4,
                                                          1.45398556270308345e-5};
template <class T>
constexpr std::array<float, 6> kErfcQ = {1.0f, 2.358655572f, 2.384240307f, 1.308865838f, 0.3986521352f, 0.05644275061f};
template <>
constexpr inline std::array<double, 12> kErfcQ<double> = {1.0,
                                                          3.47331628178259243,
                                                          5.64468177789520772,
                                                          5.6773305526267283,
                                                          3.93590711590184525,
                                                          1.98035918597852038,
                                                          0.740407546801947119,
                                                          0.206542365732232214,
                                                          0.0423479922061679143,
                                                          6.11920439225367818e-3,
                                                          5.66122002823341948e-4,
                                                          2.57712230977360521e-5};
// erf(x) / x - 1 for |x| <= 1, in x^2
template <class T>
constexpr std::array<float, 7> kErf = {0.128379166f,    -0.3761262584f,   0.1128358525f,  -0.02685381458f,
                                       5.188330483e-3f, -8.010202699e-4f, 7.853849828e-5f};
template <>
constexpr inline std::array<double, 13> kErf<double> = {
    0.128379167095512574,    -0.3761263890318374762,   0.1128379167095485791,   -0.02686617064507295925,
    5.223977624781369794e-3, -8.548326978765148815e-4, 1.205533103755110807e-4, -1.492559351872822615e-5,
    1.646097295415375779e-6, -1.635002619207719163e-7, 1.465788353091917313e-8, -1.136567067182542228e-9,
    5.945255584220722612e-11};

template <class V>
DLCORE_INLINE V scaled_erfc(V x) {  // e^(x^2) erfc(x), for x >= 0
  using T = Element<V>;
  const V kept = at_most(std::is_same_v<T, float> ? T(10) : T(27), x);
  return polynomial(kErfcP<T>, kept) / polynomial(kErfcQ<T>, kept);
}

// The coefficients of scale * c(x / sqrt(2)), from those of c(x).
template <class Table>
constexpr Table stretched(const Table& c, double scale) {
  Table result = c;
  for (auto& term : result) {
    term = static_cast<std::remove_reference_t<decltype(term)>>(scale * term);
    scale *= 0.70710678118654752440;
  }
  return result;
}
template <class T>
constexpr auto kTailP = stretched(kErfcP<T>, 0.5);
template <class T>
constexpr auto kTailQ = stretched(kErfcQ<T>, 1);

// e^(-x^2 / 2)
template <class V>
DLCORE_INLINE V bell(V x) {
  using T = Element<V>;
  return exp_within_limit(at_least(-kExpLimit<T>, T(-0.5) * x * x));
}

}  // namespace detail

// float: 1.5 ulp, double: 1.5 ulp.
template <class V>
DLCORE_INLINE V erf(V x) {
  using T = Element<V>;
  const V size = magnitude(x), z = x * x;
  const V inner = x + x * polynomial(detail::kErf<T>, at_most(T{1}, z));
  const V outer = with_sign_of(x, T{1} - exp(-z) * detail::scaled_erfc(size));
  return size < T{1} ? inner : outer;
}

// The standard normal distribution function and its density. In the lower tail, which 1 + erf(x / sqrt(2)) would lose
// to cancellation, the rounding of x^2 shows. float: 5 + x^2 / 2 ulp, double: 5 + x^2 / 2 ulp.
template <class V>
DLCORE_INLINE V normal_cdf(V x) {
  using T = Element<V>;
  const V kept = at_most(std::is_same_v<T, float> ? T(15) : T(39), magnitude(x));
  const V tail = detail::bell(x) * (polynomial(detail::kTailP<T>, kept) / polynomial(detail::kTailQ<T>, kept));
  return x < T{0} ? tail : T{1} - tail;
}
template <class V>
DLCORE_INLINE V normal_pdf(V x) {
  return Element<V>(0.39894228040143267794) * detail::bell(x);
}

}  // namespace dlcore::kernels::math
