#include "kernels/activations.h"

#include "kernels/math.h"
#include "kernels/vectorwise.h"

// Selections stand as `condition ? a : b` of values that are both computed: the compiler makes masks of them.
namespace dlcore::kernels {

void sigmoid(DType dtype, const Loop<2>& loop) {
  vectorwise(dtype, loop, [](auto x) { return math::sigmoid(x); });
}
void sigmoid_backward(DType dtype, const Loop<3>& loop) {
  floating(dtype, loop, [](auto dy, auto y) { return dy * y * (1 - y); });
}

void tanh(DType dtype, const Loop<2>& loop) {
  vectorwise(dtype, loop, [](auto x) { return math::tanh(x); });
}
void tanh_backward(DType dtype, const Loop<3>& loop) {
  floating(dtype, loop, [](auto dy, auto y) { return dy * (1 - y * y); });
}

void relu(DType dtype, const Loop<2>& loop) {
  numbers(dtype, loop, []<class T>(T x) { return x < 0 ? T{0} : x; });  // NaN stays
}
void relu_backward(DType dtype, const Loop<3>& loop) {
  floating(dtype, loop, []<class T>(T dy, T y) { return y <= 0 ? T{0} : dy; });
}

void hardsigmoid(DType dtype, const Loop<2>& loop) {
  floating(dtype, loop, []<class T>(T x) {
    const T above = x + 3 < 0 ? T{0} : x + 3;
    return (above > 6 ? T{6} : above) * T(1.0 / 6);
  });
}
void hardsigmoid_backward(DType dtype, const Loop<3>& loop) {
  floating(dtype, loop, []<class T>(T dy, T x) { return (x > -3) & (x < 3) ? dy * T(1.0 / 6) : T{0}; });
}

void leaky_relu(DType dtype, const Loop<2>& loop, double slope) {
  floating(dtype, loop, [slope]<class T>(T x) { return x > 0 ? x : x * static_cast<T>(slope); });
}
void leaky_relu_backward(DType dtype, const Loop<3>& loop, double slope) {
  floating(dtype, loop, [slope]<class T>(T dy, T x) { return x > 0 ? dy : dy * static_cast<T>(slope); });
}

void elu(DType dtype, const Loop<2>& loop, double alpha) {
  floating(dtype, loop, [alpha]<class T>(T x) {
    const T below = static_cast<T>(alpha) * math::expm1(x);
    return x > 0 ? x : below;
  });
}
void elu_backward(DType dtype, const Loop<3>& loop, double alpha) {
  floating(dtype, loop, [alpha]<class T>(T dy, T x) {
    const T below = dy * (static_cast<T>(alpha) * math::exp(x));
    return x > 0 ? dy : below;
  });
}

// ln(1 + e^t) = max(t, 0) + ln(1 + e^-|t|), in which nothing overflows.
void softplus(DType dtype, const Loop<2>& loop, double beta, double threshold) {
  floating(dtype, loop, [beta, threshold]<class T>(T x) {
    const T t = x * static_cast<T>(beta);
    const T soft = ((t < 0 ? T{0} : t) + math::log1p(math::exp(-math::magnitude(t)))) / static_cast<T>(beta);
    return t > static_cast<T>(threshold) ? x : soft;
  });
}
void softplus_backward(DType dtype, const Loop<3>& loop, double beta, double threshold) {
  floating(dtype, loop, [beta, threshold]<class T>(T dy, T x) {
    const T t = x * static_cast<T>(beta), soft = dy * math::sigmoid(t);
    return t > static_cast<T>(threshold) ? dy : soft;
  });
}

void silu(DType dtype, const Loop<2>& loop) {
  vectorwise(dtype, loop, [](auto x) { return x * math::sigmoid(x); });
}
void silu_backward(DType dtype, const Loop<3>& loop) {
  vectorwise(dtype, loop, []<class V>(V dy, V x) {
    constexpr math::Element<V> one = 1;
    const V s = math::sigmoid(x);
    return dy * (s * (one + x * (one - s)));
  });
}

void gelu(DType dtype, const Loop<2>& loop) {
  vectorwise(dtype, loop, [](auto x) { return x * math::normal_cdf(x); });
}
void gelu_backward(DType dtype, const Loop<3>& loop) {
  vectorwise(dtype, loop, [](auto dy, auto x) { return dy * (math::normal_cdf(x) + x * math::normal_pdf(x)); });
}

// y = x / 2 (1 + tanh(u)) = x sigmoid(2u), u = sqrt(2 / pi) (x + 0.044715 x^3).
namespace {

template <class T>
constexpr T kSlope = T(2 * 0.79788456080286535588);  // 2 sqrt(2 / pi)
template <class T>
constexpr T kCubic = T(0.044715);

template <class V>
V gate(V x) {
  using T = math::Element<V>;
  return math::sigmoid(kSlope<T> * x * (T{1} + kCubic<T> * x * x));
}

}  // namespace

void gelu_tanh(DType dtype, const Loop<2>& loop) {
  vectorwise(dtype, loop, [](auto x) { return x * gate(x); });
}
void gelu_tanh_backward(DType dtype, const Loop<3>& loop) {
  vectorwise(dtype, loop, []<class V>(V dy, V x) {
    using T = math::Element<V>;
    const V s = gate(x);
    return dy * (s + x * s * (T{1} - s) * kSlope<T> * (T{1} + 3 * kCubic<T> * x * x));
  });
}

}  // namespace dlcore::kernels
