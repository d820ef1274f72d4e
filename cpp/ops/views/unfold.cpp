#include "kernels/arithmetic.h"
#include "ops/result.h"

namespace dlcore {
namespace {

struct Windows {
  int axis;
  int64_t size, step;
};

Tensor part(const Tensor& x, int axis, int64_t start, int64_t length, int64_t step) {
  Shape shape = x.shape();
  Strides strides = x.strides();
  const int64_t offset = start * strides[axis];
  shape[axis] = length;
  strides[axis] *= step;
  return view_of(x, shape, strides, offset);
}

void add_to(const Tensor& y, const Tensor& x) { kernels::add(y.dtype(), loop_over(y, y, x)); }

// dx[i * step + j] += dy[i, j]: windows overlap, so they are added one after the other, by the shorter of the two
// loops.
Tensor unfold_backward(const Tensor& dy, const Shape& shape, const Windows& w) {
  const Tensor dx = zeros(shape, dy.dtype());
  {
    const NoGrad off;
    const int64_t windows = dy.size(w.axis);
    if (w.size <= windows) {
      for (int64_t j = 0; j < w.size; ++j) add_to(part(dx, w.axis, j, windows, w.step), select(dy, -1, j));
    } else {
      for (int64_t i = 0; i < windows; ++i)
        add_to(part(dx, w.axis, i * w.step, w.size, 1), movedim(select(dy, w.axis, i), {-1}, {w.axis}));
    }
  }
  return record("unfold_backward", dx, wrt(dy, [w](const Tensor& ddx) { return unfold(ddx, w.axis, w.size, w.step); }));
}

}  // namespace

Tensor unfold(const Tensor& x, int axis, int64_t size, int64_t step) {
  const int a = normalize_axis("unfold", axis, x.shape());
  const int64_t n = x.ndim() ? x.size(a) : 1;
  if (size < 0 || size > n)
    raise<ValueError>("unfold: expected a window of 0 to ", n, " elements along axis ", a, " of shape ", x.shape(),
                      ", got ", size);
  if (step < 1) raise<ValueError>("unfold: expected a step > 0, got ", step);
  Shape shape = x.shape();
  Strides strides = x.strides();
  shape.push_back(size);
  strides.push_back(x.ndim() ? strides[a] : 1);
  if (x.ndim()) {
    shape[a] = (n - size) / step + 1;
    strides[a] *= step;
  }
  return record("unfold", view_of(x, shape, strides),
                wrt(x, [from = x.shape(), w = Windows{a, size, step}](const Tensor& dy) {
                  return from.empty() ? sum_to(dy, from) : unfold_backward(dy, from, w);
                }));
}

}  // namespace dlcore
