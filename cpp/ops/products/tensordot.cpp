#include "ops/products/product.h"

// Products over chosen axes: those are brought together, and one matmul does the rest.
namespace dlcore {
namespace {

void check_axes(const Tensor& a, const Tensor& b, const Dims& a_axes, const Dims& b_axes) {
  if (a_axes.size() != b_axes.size())
    raise<ValueError>("tensordot: expected as many axes of the one as of the other, got ", a_axes, " and ", b_axes);
  for (int i = 0; i < a_axes.size(); ++i) {
    if (a.size(static_cast<int>(a_axes[i])) != b.size(static_cast<int>(b_axes[i])))
      raise<ValueError>("tensordot: axes ", a_axes[i], " of shape ", a.shape(), " and ", b_axes[i], " of shape ",
                        b.shape(), " differ in size");
  }
}

Dims others(const Tensor& x, const Dims& axes) {
  Dims rest;
  for (int d = 0; d < x.ndim(); ++d) {
    if (!axes.contains(d)) rest.push_back(d);
  }
  return rest;
}

Dims joined(Dims a, const Dims& b) {
  for (const int64_t axis : b) a.push_back(axis);
  return a;
}

Shape sizes_of(const Tensor& x, const Dims& axes) {
  Shape shape;
  for (const int64_t axis : axes) shape.push_back(x.size(static_cast<int>(axis)));
  return shape;
}

}  // namespace

Tensor tensordot(const Tensor& a, const Tensor& b, const Dims& a_axes_, const Dims& b_axes_) {
  const Dims a_axes = normalize_axes("tensordot", a_axes_, a.shape());
  const Dims b_axes = normalize_axes("tensordot", b_axes_, b.shape());
  check_axes(a, b, a_axes, b_axes);
  const Dims a_rest = others(a, a_axes), b_rest = others(b, b_axes);
  const Shape rows = sizes_of(a, a_rest), columns = sizes_of(b, b_rest);
  const Shape shape = joined(rows, columns);
  const int64_t m = numel_of(rows), n = numel_of(columns), k = numel_of(sizes_of(a, a_axes));
  const Tensor y = matmul_for("tensordot", reshape(permute(a, joined(a_rest, a_axes)), {m, k}),
                              reshape(permute(b, joined(b_axes, b_rest)), {k, n}));
  return reshape(y, shape);
}

Tensor tensordot(const Tensor& a, const Tensor& b, int64_t dims) {
  if (dims < 0 || dims > a.ndim() || dims > b.ndim())
    raise<ValueError>("tensordot: expected dims from 0 to the number of dimensions, got ", dims, " for shapes ",
                      a.shape(), " and ", b.shape());
  Dims last, first;
  for (int64_t i = 0; i < dims; ++i) {
    last.push_back(a.ndim() - dims + i);
    first.push_back(i);
  }
  return tensordot(a, b, last, first);
}

Tensor inner(const Tensor& a, const Tensor& b) {
  if (a.ndim() == 0 || b.ndim() == 0) return mul(a, b);
  if (a.size(a.ndim() - 1) != b.size(b.ndim() - 1))
    raise<ValueError>("inner: expected last dimensions of one size, got shapes ", a.shape(), " and ", b.shape());
  return tensordot(a, b, Dims{-1}, Dims{-1});
}

}  // namespace dlcore
