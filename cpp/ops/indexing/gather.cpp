#include "ops/indexing/lookup.h"

// Reading along one axis, by an index for each element, and its gradient. See scatter.cpp for the way back.
namespace dlcore {
namespace {

void check_gather(const Tensor& x, int axis, const Tensor& index) {
  bool fits = index.ndim() == x.ndim();
  for (int d = 0; fits && d < x.ndim(); ++d) fits = d == axis || index.size(d) <= x.size(d);
  if (!fits)
    raise<ValueError>("gather: for shape ", x.shape(), " and axis ", axis,
                      " expected an index no larger in other axes, got shape ", index.shape());
}

// dx[index] += dy
Tensor gather_backward(const Tensor& dy, const Shape& shape, int axis, const Saved& index) {
  const Tensor dx = zeros(shape, dy.dtype());
  put_add(dx, along_axis(dx, axis, index), dy);
  return record("gather_backward", dx,
                wrt(dy, [axis, index](const Tensor& ddx) { return gather(ddx, axis, index.get()); }));
}

}  // namespace

Tensor gather(const Tensor& x, int axis, const Tensor& index) {
  const int a = normalize_axis("gather", axis, x.shape());
  check_gather(x, a, index);
  const Tensor at = as_index("gather", index, a, size_along(x, a));
  return record(
      "gather", take(x, along_axis(x, a, at)),
      wrt(x, [shape = x.shape(), a, at = Saved(at)](const Tensor& dy) { return gather_backward(dy, shape, a, at); }));
}

Tensor take_along_dim(const Tensor& x, const Tensor& index, std::optional<int> axis) {
  if (!axis) return gather(reshape(x, {x.numel()}), 0, reshape(index, {index.numel()}));
  const int a = normalize_axis("take_along_dim", *axis, x.shape());
  if (index.ndim() != x.ndim())
    raise<ValueError>("take_along_dim: expected an index of ", x.ndim(), " dimensions, got shape ", index.shape());
  if (x.ndim() == 0) return gather(x, a, index);
  Shape from = x.shape(), to = index.shape();
  from[a] = to[a] = 1;
  from = to = broadcast_shapes("take_along_dim", from, to);
  from[a] = x.size(a);
  to[a] = index.size(a);
  return gather(expand(x, from), a, expand(index, to));
}

}  // namespace dlcore
