#pragma once

#include "kernels/copy.h"
#include "kernels/random.h"
#include "ops/result.h"

// What the ops of this folder share. None of them has a gradient: their numbers depend on nothing.
namespace dlcore {

inline kernels::Stream take(const Generator& generator, int64_t numbers, int64_t words_each) {
  const auto blocks = static_cast<uint64_t>(kernels::blocks_of(numbers, words_each));
  const uint64_t seed = generator.initial_seed();
  return {seed, generator.take(blocks)};
}

inline void check_floating_dtype(const char* op, DType dtype) {
  if (!is_floating(dtype)) raise<TypeError>(op, ": expected a floating dtype, got ", dtype);
}
inline void check_probability(const char* op, double p) {
  if (!(p >= 0 && p <= 1)) raise<ValueError>(op, ": p: expected a probability in [0, 1], got ", p);
}

// Overwrites x, whose elements in their logical order take `words_each` words each, by kernel(stream, y) of contiguous
// y.
template <class Kernel>
const Tensor& overwrite_with_random(const char* op, const Tensor& x, const Generator& generator, int64_t words_each,
                                    const Kernel& kernel) {
  check_writable(op, x);
  const Tensor y = x.is_contiguous() ? x : empty(x.shape(), x.dtype());
  kernel(take(generator, x.numel(), words_each), y.data());
  if (!x.is_contiguous()) kernels::copy(x.dtype(), x.dtype(), loop_over(x, y));
  adopt_history(x, x.is_contiguous() ? x.detach() : y);
  return x;
}

}  // namespace dlcore
