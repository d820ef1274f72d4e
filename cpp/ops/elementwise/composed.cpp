#include "dlcore/ops.h"

// Activations that come with their neighbours and are seldom the time of a network: in ops, whose gradients they have.
namespace dlcore {
namespace {

void check_floating(const char* op, const Tensor& x) {
  if (!is_floating(x.dtype())) raise<TypeError>(op, ": expected an input of a floating dtype, got ", x.dtype());
}

// clamp's own gradient at the limits is one.
Tensor clamp_within(const Tensor& x, double low, double high) {
  return where(logical_and(x > low, x < high), x, clamp(x.detach(), low, high));
}

}  // namespace

Tensor hardtanh(const Tensor& x, double min_val, double max_val) {
  check_floating("hardtanh", x);
  if (!(min_val < max_val)) raise<ValueError>("hardtanh: expected min_val < max_val, got ", min_val, ", ", max_val);
  return clamp_within(x, min_val, max_val);
}

Tensor relu6(const Tensor& x) {
  check_floating("relu6", x);
  return clamp_within(x, 0, 6);
}

Tensor hardswish(const Tensor& x) {
  check_floating("hardswish", x);
  return x * hardsigmoid(x);
}

Tensor mish(const Tensor& x) {
  check_floating("mish", x);
  return x * tanh(softplus(x));
}

Tensor selu(const Tensor& x) {
  check_floating("selu", x);
  constexpr double kAlpha = 1.6732632423543772848170429916717, kScale = 1.0507009873554804934193349852946;
  return elu(x, kAlpha) * kScale;
}

Tensor celu(const Tensor& x, double alpha) {
  check_floating("celu", x);
  if (!(alpha > 0)) raise<ValueError>("celu: expected alpha > 0, got ", alpha);
  return elu(x / alpha) * alpha;
}

Tensor softsign(const Tensor& x) {
  check_floating("softsign", x);
  return x / (abs(x) + 1);
}

// min(x, 0) - ln(1 + e^-|x|): exact on both sides, but of its parts' gradients those at zero do not add up.
Tensor logsigmoid(const Tensor& x) {
  check_floating("logsigmoid", x);
  Tensor y;
  {
    const NoGrad off;
    y = minimum(x, 0) - log1p(exp(neg(abs(x))));
  }
  return record("logsigmoid", y, wrt(x, [x = Saved(x)](const Tensor& dy) { return dy * sigmoid(neg(x)); }));
}

Tensor glu(const Tensor& x, int axis) {
  check_floating("glu", x);
  const int at = normalize_axis("glu", axis, x.shape());
  if (x.size(at) % 2 != 0) raise<ValueError>("glu: expected an even size along dim ", axis, ", got shape ", x.shape());
  const int64_t half = x.size(at) / 2;
  return slice(x, at, 0, half) * sigmoid(slice(x, at, half, 2 * half));
}

Tensor prelu(const Tensor& x, const Tensor& weight) {
  check_floating("prelu", x);
  if (weight.dtype() != x.dtype())
    raise<TypeError>("prelu: expected one dtype, got input ", x.dtype(), ", weight ", weight.dtype());
  const int64_t channels = x.ndim() > 1 ? x.size(1) : 1;
  if (weight.ndim() != 1 || (weight.numel() != 1 && weight.numel() != channels))
    raise<ValueError>("prelu: expected weight of shape (1,) or (", channels, ",), got ", weight.shape());
  Shape along = Dims::filled(std::max(x.ndim(), 1), 1);
  if (weight.numel() != 1) along[1] = channels;
  const Tensor w = x.ndim() == 0 ? squeeze(weight) : reshape(weight, along);
  return where(x > 0, x, w * x);
}

}  // namespace dlcore
