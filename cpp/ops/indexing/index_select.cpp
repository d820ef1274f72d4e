#include "ops/indexing/lookup.h"

// Whole slices along an axis, by number: reading them, and adding to them.
namespace dlcore {
namespace {

// Numbers of slices, as a vector.
Tensor slice_numbers(const char* op, const Tensor& x, int axis, const Tensor& index) {
  if (index.ndim() > 1) raise<ValueError>(op, ": expected an index of one dimension, got shape ", index.shape());
  if (x.ndim() == 0 && index.numel() != 1)
    raise<ValueError>(op, ": a 0-d tensor has one slice, got an index of shape ", index.shape());
  return reshape(as_index(op, index, axis, size_along(x, axis)), {index.numel()});
}

// dx[index] += dy
Tensor index_select_backward(const Tensor& dy, const Shape& shape, int axis, const Saved& index) {
  const Tensor dx = zeros(shape, dy.dtype());
  put_add(dx, slices_along(dx, axis, index), dy);
  return record("index_select_backward", dx,
                wrt(dy, [axis, index](const Tensor& ddx) { return index_select(ddx, axis, index.get()); }));
}

struct IndexAdd {
  IndexAdd(const char* op_, const Tensor& x, int axis_, const Tensor& index_, const Tensor& source_,
           const Tensor& alpha)
      : op(op_), axis(normalize_axis(op, axis_, x.shape())) {
    Shape expected = x.shape();
    if (x.ndim()) expected[axis] = index_.numel();
    if (source_.shape() != expected)
      raise<ValueError>(op, ": for shape ", x.shape(), ", axis ", axis, " and an index of shape ", index_.shape(),
                        " expected a source of shape ", expected, ", got ", source_.shape());
    if (source_.dtype() != x.dtype())
      raise<TypeError>(op, ": expected a source of the input's dtype ", x.dtype(), ", got ", source_.dtype());
    if (is_integral(x.dtype()) && is_floating(alpha.dtype()))
      raise<TypeError>(op, ": expected an integer alpha for dtype ", x.dtype(), ", got ", alpha.item());
    index = slice_numbers(op, x, axis, index_);
    const bool one = alpha.item() == 1;
    source = one ? source_ : mul(source_, alpha);
  }

  // Adds to y, which holds x's elements, and gives it the history of x and source.
  Tensor operator()(const Tensor& y, const Tensor& x) const {
    put_add(y, slices_along(y, axis, index), source);
    return record(
        op, y, wrt(x, [](const Tensor& dy) { return dy; }),
        wrt(source, [axis = axis, at = Saved(index)](const Tensor& dy) { return index_select(dy, axis, at); }));
  }

  const char* op;
  int axis;
  Tensor index, source;
};

}  // namespace

Tensor index_select(const Tensor& x, int axis, const Tensor& index) {
  const int a = normalize_axis("index_select", axis, x.shape());
  const Tensor at = slice_numbers("index_select", x, a, index);
  return record("index_select", take(x, slices_along(x, a, at)),
                wrt(x, [shape = x.shape(), a, at = Saved(at)](const Tensor& dy) {
                  return index_select_backward(dy, shape, a, at);
                }));
}

Tensor index_add(const Tensor& x, int axis, const Tensor& index, const Tensor& source, const Tensor& alpha) {
  return IndexAdd("index_add", x, axis, index, source, alpha)(fresh_copy(x), x);
}

const Tensor& index_add_(const Tensor& x, int axis, const Tensor& index, const Tensor& source, const Tensor& alpha) {
  IndexAdd add("index_add_", x, axis, index, source, alpha);
  check_writable("index_add_", x);
  add.index = apart_from(x, add.index);
  add.source = apart_from(x, add.source);
  adopt_history(x, add(x.detach(), x));
  return x;
}

}  // namespace dlcore
