#include "dlcore/ops.h"

namespace dlcore {
namespace {

// Fills in the one -1 of `shape`.
Shape resolve_shape(const char* op, const Tensor& x, Shape shape) {
  int unknown = -1;
  int64_t known = 1;
  for (int d = 0; d < shape.size(); ++d) {
    if (shape[d] == -1 && unknown < 0) {
      unknown = d;
    } else if (shape[d] < 0) {
      raise<ValueError>(op, ": expected sizes >= 0 and at most one -1, got ", shape);
    } else {
      known *= shape[d];
    }
  }
  const Shape asked = shape;
  if (unknown >= 0 && known > 0) shape[unknown] = x.numel() / known;
  if (unknown >= 0 && known == 0) raise<ValueError>(op, ": -1 has no single answer in ", asked, " with a size 0");
  if (numel_of(shape) != x.numel()) raise<ValueError>(op, ": a tensor of shape ", x.shape(), " has no shape ", asked);
  return shape;
}

// Strides with which x's memory shows `shape`, where that is possible: each run of dimensions that x lays end to end is
// divided anew.
std::optional<Strides> viewed_strides(const Tensor& x, const Shape& shape) {
  if (x.is_contiguous()) return contiguous_strides(shape);
  Strides strides = Dims::filled(shape.size(), 1);
  int to = shape.size() - 1;
  int64_t run = 1, base = x.strides()[x.ndim() - 1];  // elements in the present run of x, its smallest stride
  for (int from = x.ndim() - 1; from >= 0; --from) {
    run *= x.size(from);
    const bool ends = from == 0 || (x.size(from - 1) != 1 && x.strides()[from - 1] != run * base);
    if (!ends) continue;
    int64_t taken = 1;
    while (to >= 0 && (taken < run || shape[to] == 1)) {
      strides[to] = base * taken;
      taken *= shape[to--];
    }
    if (taken != run) return std::nullopt;
    if (from > 0) {
      run = 1;
      base = x.strides()[from - 1];
    }
  }
  return to < 0 ? std::optional(strides) : std::nullopt;
}

Tensor shown_as(const char* op, const Tensor& x, const Shape& shape, const Strides& strides) {
  return record(op, view_of(x, shape, strides),
                wrt(x, [from = x.shape()](const Tensor& dy) { return reshape(dy, from); }));
}

}  // namespace

Tensor reshape(const Tensor& x, const Shape& shape) {
  const Shape resolved = resolve_shape("reshape", x, shape);
  const std::optional<Strides> strides = viewed_strides(x, resolved);
  if (!strides) return reshape(clone(x), resolved);
  return shown_as("reshape", x, resolved, *strides);
}

Tensor view(const Tensor& x, const Shape& shape) {
  const Shape resolved = resolve_shape("view", x, shape);
  const std::optional<Strides> strides = viewed_strides(x, resolved);
  if (!strides)
    raise<ValueError>("view: a tensor of shape ", x.shape(), " and strides ", x.strides(), " cannot be seen as ",
                      resolved, " without a copy; use reshape");
  return shown_as("view", x, resolved, *strides);
}

}  // namespace dlcore
