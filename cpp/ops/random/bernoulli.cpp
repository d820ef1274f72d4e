#include "ops/random/fill.h"

namespace dlcore {
namespace {

Tensor drawn(const char* op, const Tensor& p, const Generator& generator) {  // of a contiguous p
  if (const int64_t i = kernels::first_improbable(p.dtype(), p.data(), p.numel()); i < p.numel())
    raise<ValueError>(op, ": p: expected probabilities in [0, 1], got ", view_of(p, {}, {}, i).item());
  const Tensor y = empty_like(p);
  kernels::bernoulli(p.dtype(), take(generator, p.numel(), 1), p.data(), y.data(), p.numel());
  return y;
}

}  // namespace

Tensor bernoulli(const Tensor& p, const Generator& generator) {
  check_floating_dtype("bernoulli", p.dtype());
  return drawn("bernoulli", contiguous(p.detach()), generator);
}

Tensor bernoulli(const Tensor& x, double p, const Generator& generator) {
  check_probability("bernoulli", p);
  const Tensor y = empty_like(x);
  kernels::bernoulli(y.dtype(), take(generator, y.numel(), 1), y.data(), y.numel(), p);
  return y;
}

const Tensor& bernoulli_(const Tensor& x, double p, const Generator& generator) {
  check_probability("bernoulli_", p);
  return overwrite_with_random("bernoulli_", x, generator, 1, [&](const kernels::Stream& stream, void* y) {
    kernels::bernoulli(x.dtype(), stream, y, x.numel(), p);
  });
}

const Tensor& bernoulli_(const Tensor& x, const Tensor& p, const Generator& generator) {
  check_floating_dtype("bernoulli_", p.dtype());
  check_writable("bernoulli_", x);
  return copy_(x, drawn("bernoulli_", contiguous(expand(p.detach(), x.shape())), generator));
}

}  // namespace dlcore
