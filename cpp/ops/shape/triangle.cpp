#include "kernels/triangle.h"

#include "ops/result.h"

namespace dlcore {
namespace {

template <class Kernel>
Tensor triangle(const char* op, const Tensor& x, int64_t diagonal, Kernel kernel) {
  if (x.ndim() < 2) raise<ValueError>(op, ": expected at least 2 dimensions, got shape ", x.shape());
  const int outer = x.ndim() - 1;
  const Tensor y = empty(x.shape(), x.dtype());
  if (y.numel() == 0) return y;
  kernels::Triangle t{{}, x.size(outer - 1), x.size(outer), x.strides()[outer], diagonal};
  t.rows.ndim = outer;
  t.rows.numel = x.numel() / t.columns;
  t.rows.data = {y.data(), x.data()};
  for (int d = 0; d < outer; ++d) {
    t.rows.shape[d] = x.size(d);
    t.rows.strides[0][d] = y.strides()[d];
    t.rows.strides[1][d] = x.strides()[d];
  }
  simplify(t.rows);  // y is contiguous, so the rows stay in order
  kernel(x.dtype(), t);
  return y;
}

}  // namespace

Tensor tril(const Tensor& x, int64_t diagonal) {
  return record("tril", triangle("tril", x, diagonal, kernels::tril),
                wrt(x, [diagonal](const Tensor& dy) { return tril(dy, diagonal); }));
}

Tensor triu(const Tensor& x, int64_t diagonal) {
  return record("triu", triangle("triu", x, diagonal, kernels::triu),
                wrt(x, [diagonal](const Tensor& dy) { return triu(dy, diagonal); }));
}

}  // namespace dlcore
