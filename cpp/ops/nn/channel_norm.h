#pragma once

#include "dlcore/nn.h"

// What batch, group and instance normalization share: x (N, C, ...) of which the axes behind the second are one, S.
namespace dlcore {

void check_channels(const char* op, const Tensor& x, int least_dims);  // floating, (N, C, ...)
void check_per_channel(const char* op, const char* name, const Tensor& parameter,
                       const Tensor& x);  // (C,), or undefined

// (x - mean) / sqrt(var + eps) * w + b, over a channel (groups = 0) or over each of the groups of channels of a sample;
// its mean and variance (correction 0), one per unit, without history.
struct ChannelNormalized {
  Tensor y, mean, var;
};
ChannelNormalized channel_norm(const char* op, const Tensor& x, int64_t groups, const Tensor& w, const Tensor& b,
                               double eps);

// The same with mean and variance that are given.
Tensor channel_affine(const char* op, const Tensor& x, const Tensor& mean, const Tensor& var, const Tensor& w,
                      const Tensor& b, double eps);

// running = (1 - momentum) running + momentum * seen, in place; undefined: nothing.
void update_running(const char* op, const Tensor& running, const Tensor& seen, double momentum);

}  // namespace dlcore
