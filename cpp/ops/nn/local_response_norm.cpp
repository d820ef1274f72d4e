#include "ops/nn/channel_norm.h"

namespace dlcore {

Tensor local_response_norm(const Tensor& x, int64_t size, double alpha, double beta, double k) {
  check_channels("local_response_norm", x, 3);
  if (size < 1) raise<ValueError>("local_response_norm: size: expected a positive number, got ", size);
  if (x.numel() == 0) return clone(x);
  // Channels on the last axis, so that pad reaches them.
  const int64_t around[] = {size / 2, (size - 1) / 2};
  const Tensor squares = pad(movedim(square(x), {1}, {-1}), around);
  const Tensor sums = movedim(sum(unfold(squares, -1, size, 1), Dims{-1}), {-1}, {1});
  return x / pow(sums * (alpha / static_cast<double>(size)) + k, beta);
}

}  // namespace dlcore
