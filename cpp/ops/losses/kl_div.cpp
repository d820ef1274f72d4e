#include "ops/losses/reduce.h"

namespace dlcore {

namespace {

// t (log t - x), where x are log-probabilities and 0 log 0 = 0.
Tensor terms(const Tensor& x, const Tensor& t, bool log_target) {
  if (log_target) return exp(t) * (t - x);
  const Tensor positive = gt(t, 0);
  const Tensor safe = where(positive, t, ones_like(t));
  return where(positive, t * log(safe), zeros_like(t)) - t * x;
}

}  // namespace

Tensor kl_div(const Tensor& input, const Tensor& target, Reduction reduction, bool log_target) {
  check_floating("kl_div", "an input", input);
  check_same_shape("kl_div", input, target);
  if (reduction != Reduction::BatchMean) return reduced(terms(input, target, log_target), reduction);
  if (input.ndim() == 0) raise<ValueError>("kl_div: 'batchmean' needs a batch axis, got shape ", input.shape());
  return sum(terms(input, target, log_target)) / input.size(0);
}

}  // namespace dlcore
