#include "ops/reduction/axes.h"

#include "dlcore/ops.h"

namespace dlcore {

ReducedShape reduced_shape(const char* op, const Tensor& x, const std::optional<Dims>& axes) {
  ReducedShape out;
  const bool all = !axes || axes->empty();
  if (!all) out.axes = normalize_axes(op, *axes, x.shape());
  for (int d = 0; d < x.ndim(); ++d) {
    if (all) out.axes.push_back(d);
    const bool reduced = all || out.axes.contains(d);
    out.kept.push_back(reduced ? 1 : x.size(d));
    if (!reduced) out.dropped.push_back(x.size(d));
  }
  return out;
}

int64_t reduced_size(const Tensor& x, const ReducedShape& shape) {
  int64_t n = 1;
  for (int64_t axis : shape.axes) {
    if (x.ndim() > 0) n *= x.size(static_cast<int>(axis));
  }
  return n;
}

kernels::Reduction reduction_over(const Tensor& x, const Tensor& y, const Dims& axes) {
  kernels::Reduction r;
  r.kept.data = {x.data(), y.data()};
  r.kept.numel = y.numel();
  if (axes.size() == x.ndim() && x.is_contiguous()) {
    r.reduced.ndim = 1;
    r.reduced.numel = r.reduced.shape[0] = x.numel();
    r.reduced.strides[0][0] = 1;
    return r;
  }
  r.reduced.numel = 1;
  int64_t y_step = 1;
  // From the last axis on, y's strides build up.
  for (int d = x.ndim() - 1; d >= 0; --d) {
    if (axes.contains(d)) {
      r.reduced.shape[r.reduced.ndim] = x.size(d);
      r.reduced.strides[0][r.reduced.ndim++] = x.strides()[d];
      r.reduced.numel *= x.size(d);
    } else {
      r.kept.shape[r.kept.ndim] = x.size(d);
      r.kept.strides[0][r.kept.ndim] = x.strides()[d];
      r.kept.strides[1][r.kept.ndim++] = y_step;
      y_step *= x.size(d);
    }
  }
  simplify(r.reduced);
  simplify(r.kept);
  return r;
}

Tensor spread(const Tensor& dy, const Shape& kept, const Shape& shape) {
  return expand(dy.ndim() == 0 || dy.shape() == kept ? dy : reshape(dy, kept), shape);
}

}  // namespace dlcore
