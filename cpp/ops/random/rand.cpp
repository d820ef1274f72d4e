#include <cmath>

#include "ops/random/fill.h"

namespace dlcore {

Tensor rand(const Shape& shape, const Generator& generator, DType dtype) {
  check_sizes("rand", shape);
  check_floating_dtype("rand", dtype);
  const Tensor y = empty(shape, dtype);
  kernels::uniform(dtype, take(generator, y.numel(), kernels::words_each(dtype)), y.data(), y.numel(), 0, 1);
  return y;
}

const Tensor& uniform_(const Tensor& x, double low, double high, const Generator& generator) {
  check_floating_dtype("uniform_", x.dtype());
  const double largest = x.dtype() == DType::Float32 ? 0x1.fffffep127 : 0x1.fffffffffffffp1023;
  if (!(low <= high) || !(high - low <= largest))
    raise<ValueError>("uniform_: expected finite bounds, the lower one first, got ", low, " and ", high);
  return overwrite_with_random(
      "uniform_", x, generator, kernels::words_each(x.dtype()),
      [&](const kernels::Stream& stream, void* y) { kernels::uniform(x.dtype(), stream, y, x.numel(), low, high); });
}

const Tensor& exponential_(const Tensor& x, double rate, const Generator& generator) {
  check_floating_dtype("exponential_", x.dtype());
  if (!(rate > 0)) raise<ValueError>("exponential_: lambd: expected a rate > 0, got ", rate);
  return overwrite_with_random(
      "exponential_", x, generator, kernels::words_each(x.dtype()),
      [&](const kernels::Stream& stream, void* y) { kernels::exponential(x.dtype(), stream, y, x.numel(), rate); });
}

}  // namespace dlcore
