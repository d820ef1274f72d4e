#pragma once

#include <cmath>
#include <numbers>

namespace dlcore::kernels::math {

template <class T>
constexpr T kLargestAngle = T(65536);

template <class T> T magnitude(T x) { return std::abs(x); }
template <class T> T exp(T x) { return std::exp(x); }
template <class T> T expm1(T x) { return std::expm1(x); }
template <class T> T log(T x) { return std::log(x); }
template <class T> T log1p(T x) { return std::log1p(x); }
template <class T> T sin(T x) { return std::sin(x); }
template <class T> T cos(T x) { return std::cos(x); }
template <class T> T tanh(T x) { return std::tanh(x); }
template <class T> T erf(T x) { return std::erf(x); }
template <class T> T sigmoid(T x) { return 1 / (1 + exp(-x)); }
template <class T> T normal_cdf(T x) { return T(0.5) * (1 + erf(x * T(0.70710678118654752440))); }
template <class T> T normal_pdf(T x) { return T(0.39894228040143267794) * exp(T(-0.5) * x * x); }

}  // namespace dlcore::kernels::math
