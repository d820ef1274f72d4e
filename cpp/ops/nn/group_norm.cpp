#include "ops/nn/channel_norm.h"

namespace dlcore {

Tensor group_norm(const Tensor& x, int64_t groups, const Tensor& weight, const Tensor& bias, double eps) {
  check_channels("group_norm", x, 2);
  if (groups < 1) raise<ValueError>("group_norm: num_groups: expected a positive number, got ", groups);
  if (x.size(1) % groups != 0)
    raise<ValueError>("group_norm: num_groups ", groups, " does not divide the ", x.size(1), " channels of shape ",
                      x.shape());
  check_per_channel("group_norm", "weight", weight, x);
  check_per_channel("group_norm", "bias", bias, x);
  if (x.ndim() > 2 || x.numel() == 0) return channel_norm("group_norm", x, groups, weight, bias, eps).y;

  // Channels of one element each are rows to be normalized; weight and bias differ from group to group.
  const int64_t D = x.size(1) / groups;
  Tensor y = reshape(layer_norm(reshape(x, {x.size(0) * groups, D}), {D}, {}, {}, eps), x.shape());
  if (weight.defined()) y = y * weight;
  return bias.defined() ? y + bias : y;
}

}  // namespace dlcore
