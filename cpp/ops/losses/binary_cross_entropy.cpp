#include "ops/losses/reduce.h"

namespace dlcore {
namespace {

void check(const char* op, const Tensor& input, const Tensor& target) {
  check_floating(op, "an input", input);
  check_floating(op, "a target", target);
  check_same_shape(op, input, target);
}

// -(t log x + (1 - t) log(1 - x)), where no logarithm counts for less than -100.
Tensor losses_of(const Tensor& x, const Tensor& t) {
  Tensor losses;
  {
    const NoGrad off;
    losses = neg(t * clamp(log(x), -100.0, {}) + (1 - t) * clamp(log1p(neg(x)), -100.0, {}));
  }
  return record("binary_cross_entropy", losses,
                wrt(x,
                    [x = Saved(x), t = Saved(t)](const Tensor& dy) {
                      return dy * (x.get() - t) / clamp((1 - x.get()) * x, 1e-12, {});  // finite at x = 0 and x = 1
                    }),
                wrt(t, [x = Saved(x)](const Tensor& dy) {
                  return dy * (clamp(log1p(neg(x)), -100.0, {}) - clamp(log(x), -100.0, {}));
                }));
}

}  // namespace

Tensor binary_cross_entropy(const Tensor& input, const Tensor& target, const Tensor& weight, Reduction reduction) {
  check("binary_cross_entropy", input, target);
  if (input.numel() > 0) {
    const NoGrad off;
    const Tensor inside = all(logical_and(ge(input, 0), le(input, 1)));
    if (!inside.item<bool>()) raise<ValueError>("binary_cross_entropy: expected an input of probabilities in [0, 1]");
  }
  const Tensor losses = losses_of(input, target);
  return reduced(weight.defined() ? losses * weight : losses, reduction);
}

// With z the logit: (1 - t) z + (1 + (p - 1) t) softplus(-z), p the weight of the positive class; no overflow for any
// z.
Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target, const Tensor& weight,
                                        Reduction reduction, const Tensor& pos_weight) {
  check("binary_cross_entropy_with_logits", input, target);
  Tensor hard = softplus(neg(input));
  if (pos_weight.defined()) hard = hard * ((pos_weight - 1) * target + 1);
  const Tensor losses = (1 - target) * input + hard;
  return reduced(weight.defined() ? losses * weight : losses, reduction);
}

}  // namespace dlcore
