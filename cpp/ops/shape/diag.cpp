#include "kernels/copy.h"
#include "ops/result.h"

namespace dlcore {

Tensor diag_embed(const Tensor& x, int64_t offset, int axis0, int axis1) {
  if (x.ndim() == 0) raise<ValueError>("diag_embed: expected at least 1 dimension, got shape ", x.shape());
  const int64_t n = x.size(x.ndim() - 1) + (offset < 0 ? -offset : offset);
  Shape shape = x.shape();
  shape.push_back(1);  // the axes of the result count
  const int a = normalize_axis("diag_embed", axis0, shape), b = normalize_axis("diag_embed", axis1, shape);
  if (a == b) raise<ValueError>("diag_embed: expected two different axes, got ", axis0, " and ", axis1);
  shape = x.shape();
  shape.erase(x.ndim() - 1);
  shape.insert(std::min(a, b), n);
  shape.insert(std::max(a, b), n);
  const Tensor y = zeros(shape, x.dtype());
  kernels::copy(x.dtype(), x.dtype(), loop_over(diagonal(y, offset, a, b), x));
  return record("diag_embed", y, wrt(x, [offset, a, b](const Tensor& dy) { return diagonal(dy, offset, a, b); }));
}

Tensor diag(const Tensor& x, int64_t offset) {
  if (x.ndim() == 1) return diag_embed(x, offset);
  if (x.ndim() != 2) raise<ValueError>("diag: expected 1 or 2 dimensions, got shape ", x.shape());
  return clone(diagonal(x, offset));
}

}  // namespace dlcore
