#include <memory>

#include "ops/random/fill.h"

namespace dlcore {
namespace {

// Without replacement, every sample takes a category of a weight above zero away.
void check_enough(const Tensor& w, const kernels::Multinomial& of) {
  const Tensor positive = sum(reshape(w, {of.rows, of.categories}) > 0, Dims{1});
  for (int64_t row = 0; row < of.rows; ++row) {
    if (const int64_t n = positive.data<int64_t>()[row]; n < of.samples)
      raise<ValueError>("multinomial: cannot draw ", of.samples, " samples without replacement from ", n,
                        " categories with a weight above zero");
  }
}

}  // namespace

Tensor multinomial(const Tensor& weights, int64_t samples, bool replacement, const Generator& generator) {
  check_floating_dtype("multinomial", weights.dtype());
  if (weights.ndim() != 1 && weights.ndim() != 2)
    raise<ValueError>("multinomial: expected weights of 1 or 2 dimensions, got shape ", weights.shape());
  if (samples <= 0) raise<ValueError>("multinomial: num_samples: expected a number > 0, got ", samples);
  const int64_t categories = weights.shape().back();
  if (categories == 0) raise<ValueError>("multinomial: expected at least one category, got shape ", weights.shape());
  const NoGrad off;
  const Tensor w = contiguous(weights.detach());
  if (const int64_t i = kernels::first_unweighty(w.dtype(), w.data(), w.numel()); i < w.numel())
    raise<ValueError>("multinomial: expected finite weights >= 0, got ", view_of(w, {}, {}, i).item());

  const kernels::Multinomial of{weights.numel() / categories, categories, samples};
  const auto sums = std::make_unique_for_overwrite<double[]>(w.numel());
  kernels::cumulate(w.dtype(), w.data(), sums.get(), of);
  for (int64_t row = 0; row < of.rows; ++row) {
    if (!(sums[(row + 1) * categories - 1] > 0))
      raise<ValueError>("multinomial: expected weights with a sum above zero, got a row of zeros");
  }
  if (!replacement) check_enough(w, of);

  const Tensor y = empty(weights.ndim() == 1 ? Shape{samples} : Shape{of.rows, samples}, DType::Int64);
  if (replacement) {
    kernels::sample_with_replacement(take(generator, y.numel(), 2), sums.get(), y.data<int64_t>(), of);
  } else {
    const auto stream = take(generator, w.numel(), 2);
    kernels::sample_without_replacement(w.dtype(), stream, w.data(), y.data<int64_t>(), of);
  }
  return y;
}

}  // namespace dlcore
