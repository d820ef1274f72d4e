#include "ops/elementwise/activations.h"

#include "kernels/activations.h"

#include "ops/elementwise/function.h"

namespace dlcore {
namespace {

constexpr Function<> kSigmoid = {"sigmoid",        "sigmoid_backward",
                                 kernels::sigmoid, kernels::sigmoid_backward,
                                 Of::kResult,      [](const Tensor& y) { return 1 - y * 2; }};  // d(y - y^2)/dy
constexpr Function<> kTanh = {"tanh",        "tanh_backward",
                              kernels::tanh, kernels::tanh_backward,
                              Of::kResult,   [](const Tensor& y) { return y * -2; }};  // d(1 - y^2)/dy
constexpr Function<> kHardsigmoid = {"hardsigmoid", "hardsigmoid_backward", kernels::hardsigmoid,
                                     kernels::hardsigmoid_backward, Of::kInput};
constexpr Function<> kRelu = {"relu",      "relu_backward", kernels::relu,  kernels::relu_backward,
                              Of::kResult, nullptr,         Integers::kStay};
constexpr Function<double> kLeakyRelu = {"leaky_relu", "leaky_relu_backward", kernels::leaky_relu,
                                         kernels::leaky_relu_backward, Of::kInput};
constexpr Function<double> kElu = {
    "elu",        "elu_backward",
    kernels::elu, kernels::elu_backward,
    Of::kInput,   [](const Tensor& x, double alpha) { return where(x > 0, 0, exp(clamp(x, {}, 0)) * alpha); }};
constexpr Function<double, double> kSoftplus = {"softplus",
                                                "softplus_backward",
                                                kernels::softplus,
                                                kernels::softplus_backward,
                                                Of::kInput,
                                                [](const Tensor& x, double beta, double threshold) {
                                                  const Tensor s = sigmoid(x * beta);
                                                  return where(x * beta > threshold, 0, s * (1 - s) * beta);
                                                }};
constexpr Function<> kSilu = {
    "silu", "silu_backward", kernels::silu, kernels::silu_backward, Of::kInput, [](const Tensor& x) {
      const Tensor s = sigmoid(x);  // d(s + x s (1 - s))/dx
      return s * (1 - s) * (2 + x * (1 - s * 2));
    }};
constexpr Function<> kGelu = {
    "gelu", "gelu_backward", kernels::gelu, kernels::gelu_backward, Of::kInput, [](const Tensor& x) {
      constexpr double kPdfAtZero = 0.39894228040143267794;         // 1 / sqrt(2 pi)
      return exp(square(x) * -0.5) * kPdfAtZero * (2 - square(x));  // d(Phi + x phi)/dx, phi' = -x phi
    }};
// y = x s(v), s the sigmoid, v = k (x + c x^3): y'' = 2 s' v' + x (s'' v'^2 + s' v''), s' = s - s^2, s'' = s' (1 - 2s).
constexpr Function<> kGeluTanh = {
    "gelu", "gelu_backward", kernels::gelu_tanh, kernels::gelu_tanh_backward, Of::kInput, [](const Tensor& x) {
      constexpr double kSlope = 2 * 0.79788456080286535588, kCubic = 0.044715;  // 2 sqrt(2 / pi)
      const Tensor s = sigmoid(x * (square(x) * kCubic + 1) * kSlope), ds = s * (1 - s);
      const Tensor dv = (square(x) * (3 * kCubic) + 1) * kSlope, ddv = x * (6 * kCubic * kSlope);
      return ds * (dv * 2 + x * ((1 - s * 2) * square(dv) + ddv));
    }};

}  // namespace

Tensor sigmoid(const Tensor& x) { return apply(kSigmoid, x); }
Tensor tanh(const Tensor& x) { return apply(kTanh, x); }
Tensor hardsigmoid(const Tensor& x) { return apply(kHardsigmoid, x); }
Tensor relu(const Tensor& x) {
  if (x.dtype() == DType::Bool) raise<TypeError>("relu: expected numbers, got dtype bool");
  return apply(kRelu, x);
}
Tensor leaky_relu(const Tensor& x, double negative_slope) { return apply(kLeakyRelu, x, negative_slope); }
Tensor elu(const Tensor& x, double alpha) { return apply(kElu, x, alpha); }
Tensor softplus(const Tensor& x, double beta, double threshold) { return apply(kSoftplus, x, beta, threshold); }
Tensor silu(const Tensor& x) { return apply(kSilu, x); }

Tensor gelu(const Tensor& x, std::string_view approximate) {
  if (approximate == "none") return apply(kGelu, x);
  if (approximate == "tanh") return apply(kGeluTanh, x);
  raise<ValueError>("gelu: approximate: expected 'none' or 'tanh', got '", approximate, "'");
}

Tensor activate(Activation f, const Tensor& x) {
  switch (f) {
    case Activation::Identity:
      return x;
    case Activation::Relu:
      return relu(x);
    case Activation::Sigmoid:
      return sigmoid(x);
    case Activation::Tanh:
      return tanh(x);
    case Activation::Gelu:
      return gelu(x);
    case Activation::Silu:
      return silu(x);
  }
  return x;
}

bool derives_from_result(Activation f) { return f != Activation::Gelu && f != Activation::Silu; }

Tensor times_derivative(Activation f, const Tensor& dy, const Tensor& y) {
  switch (f) {
    case Activation::Relu:
      return times_derivative(kRelu, dy, y);
    case Activation::Sigmoid:
      return times_derivative(kSigmoid, dy, y);
    case Activation::Tanh:
      return times_derivative(kTanh, dy, y);
    default:
      return dy;  // of the identity
  }
}

}  // namespace dlcore
