#include "ops/random/fill.h"

namespace dlcore {
namespace {

void check_std(const char* op, double std) {
  if (!(std >= 0)) raise<ValueError>(op, ": std: expected a number >= 0, got ", std);
}

Tensor normals(const Shape& shape, double mean, double std, const Generator& generator, DType dtype) {
  const Tensor y = empty(shape, dtype);
  kernels::normal(dtype, take(generator, y.numel(), kernels::words_each(dtype)), y.data(), y.numel(), mean, std);
  return y;
}

}  // namespace

Tensor randn(const Shape& shape, const Generator& generator, DType dtype) {
  check_sizes("randn", shape);
  check_floating_dtype("randn", dtype);
  return normals(shape, 0, 1, generator, dtype);
}

Tensor normal(double mean, double std, const Shape& shape, const Generator& generator, DType dtype) {
  check_sizes("normal", shape);
  check_floating_dtype("normal", dtype);
  check_std("normal", std);
  return normals(shape, mean, std, generator, dtype);
}

Tensor normal(const Tensor& mean, const Tensor& std, const Generator& generator) {
  const DType dtype = result_type(mean, std);
  check_floating_dtype("normal", dtype);
  const Shape shape = broadcast_shapes("normal", mean.shape(), std.shape());
  const NoGrad off;
  const Tensor negative = std < 0;
  if (sum(negative).item<int64_t>() > 0) raise<ValueError>("normal: std: expected numbers >= 0");
  return add(mul(normals(shape, 0, 1, generator, dtype), std), mean);
}

const Tensor& normal_(const Tensor& x, double mean, double std, const Generator& generator) {
  check_floating_dtype("normal_", x.dtype());
  check_std("normal_", std);
  return overwrite_with_random(
      "normal_", x, generator, kernels::words_each(x.dtype()),
      [&](const kernels::Stream& stream, void* y) { kernels::normal(x.dtype(), stream, y, x.numel(), mean, std); });
}

}  // namespace dlcore
