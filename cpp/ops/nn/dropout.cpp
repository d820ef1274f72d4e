#include "kernels/dropout.h"
#include "dlcore/nn.h"

#include "ops/random/fill.h"

namespace dlcore {
namespace {

// Linear in x: the gradient is the same mask, drawn again, on dy.
Tensor masked(const Tensor& x, const kernels::Stream& stream, double p) {
  Tensor y;
  {
    const NoGrad off;
    const Tensor from = contiguous(x);
    y = empty_like(from);
    kernels::dropout(y.dtype(), stream, from.data(), y.data(), y.numel(), p);
  }
  return record("dropout", y, wrt(x, [stream, p](const Tensor& dy) { return masked(dy, stream, p); }));
}

}  // namespace

Tensor dropout(const Tensor& x, double p, bool training, const Generator& generator) {
  check_probability("dropout", p);
  check_floating_dtype("dropout", x.dtype());
  if (!training || p == 0) return x;
  if (p == 1) return record("dropout", zeros_like(x), wrt(x, [](const Tensor& dy) { return zeros_like(dy); }));
  return masked(x, take(generator, x.numel(), 1), p);
}

}  // namespace dlcore
