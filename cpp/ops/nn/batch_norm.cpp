#include "ops/nn/channel_norm.h"

namespace dlcore {
namespace {

// What both need of their running statistics, `from_input` telling whether they are updated or used.
void check_statistics(const char* op, const Tensor& x, const Tensor& mean, const Tensor& var, bool from_input,
                      const char* flag) {
  check_per_channel(op, "running_mean", mean, x);
  check_per_channel(op, "running_var", var, x);
  if (!from_input && !(mean.defined() && var.defined()))
    raise<ValueError>(op, ": expected running_mean and running_var with ", flag, "=False");
  if (!from_input) return;
  const NoGrad off;
  if (mean.defined()) check_writable(op, mean);
  if (var.defined()) check_writable(op, var);
}

// Of n elements, the variance with correction 1 from that with 0.
Tensor unbiased(const Tensor& var, int64_t n) { return var * (static_cast<double>(n) / static_cast<double>(n - 1)); }

}  // namespace

Tensor batch_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var, const Tensor& weight,
                  const Tensor& bias, bool training, double momentum, double eps) {
  check_channels("batch_norm", x, 2);
  check_per_channel("batch_norm", "weight", weight, x);
  check_per_channel("batch_norm", "bias", bias, x);
  check_statistics("batch_norm", x, running_mean, running_var, training, "training");
  if (!training) return channel_affine("batch_norm", x, running_mean, running_var, weight, bias, eps);

  const int64_t n = x.size(1) == 0 ? 0 : x.numel() / x.size(1);
  if (n == 1)
    raise<ValueError>("batch_norm: expected more than one value per channel in training, got shape ", x.shape());
  const auto [y, mean, var] = channel_norm("batch_norm", x, 0, weight, bias, eps);
  if (n > 0) {
    update_running("batch_norm", running_mean, mean, momentum);
    update_running("batch_norm", running_var, unbiased(var, n), momentum);
  }
  return y;
}

Tensor instance_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var, const Tensor& weight,
                     const Tensor& bias, bool use_input_stats, double momentum, double eps) {
  check_channels("instance_norm", x, 3);
  check_per_channel("instance_norm", "weight", weight, x);
  check_per_channel("instance_norm", "bias", bias, x);
  check_statistics("instance_norm", x, running_mean, running_var, use_input_stats, "use_input_stats");
  if (!use_input_stats) return channel_affine("instance_norm", x, running_mean, running_var, weight, bias, eps);

  const int64_t N = x.size(0), C = x.size(1), n = N * C == 0 ? 0 : x.numel() / (N * C);
  if (n == 1)
    raise<ValueError>("instance_norm: expected more than one value per channel of a sample, got shape ", x.shape());
  const auto [y, mean, var] = channel_norm("instance_norm", x, C, weight, bias, eps);
  if (n > 0) {
    const auto over_samples = [&](const Tensor& each) { return dlcore::mean(reshape(each, {N, C}), Dims{0}); };
    update_running("instance_norm", running_mean, over_samples(mean), momentum);
    update_running("instance_norm", running_var, over_samples(unbiased(var, n)), momentum);
  }
  return y;
}

}  // namespace dlcore
