#include "ops/losses/reduce.h"

// Losses of a prediction beside a target of its shape.
namespace dlcore {

Tensor mse_loss(const Tensor& input, const Tensor& target, Reduction reduction) {
  check_same_shape("mse_loss", input, target);
  const Tensor d = input - target;
  return reduced(d * d, reduction);
}

Tensor l1_loss(const Tensor& input, const Tensor& target, Reduction reduction) {
  check_same_shape("l1_loss", input, target);
  return reduced(abs(input - target), reduction);
}

// d^2 / 2 up to |d| = delta, and from there the line that continues it (Huber 1964). With c the d clamped to +-delta,
// that is c (d - c / 2).
Tensor huber_loss(const Tensor& input, const Tensor& target, Reduction reduction, double delta) {
  check_same_shape("huber_loss", input, target);
  if (!(delta > 0)) raise<ValueError>("huber_loss: expected delta > 0, got ", delta);
  const Tensor d = input - target, c = clamp(d, -delta, delta);
  return reduced(c * (d - c * 0.5), reduction);
}

}  // namespace dlcore
