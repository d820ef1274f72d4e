#include "ops/products/product.h"

namespace dlcore {
namespace {

void check(const Tensor& x, const Tensor& w, const Tensor& b) {
  if (w.ndim() != 2) raise<ValueError>("linear: expected weight (out, in), got shape ", w.shape());
  if (x.ndim() == 0 || x.size(x.ndim() - 1) != w.size(1))
    raise<ValueError>("linear: expected input of shape (..., ", w.size(1), ") for weight ", w.shape(), ", got ",
                      x.shape());
  if (b.defined() && b.shape() != Shape{w.size(0)})
    raise<ValueError>("linear: expected bias of shape ", Shape{w.size(0)}, ", got ", b.shape());
  if (x.dtype() != w.dtype() || (b.defined() && b.dtype() != x.dtype()))
    raise<TypeError>("linear: expected one dtype, got input ", x.dtype(), ", weight ", w.dtype(),
                     b.defined() ? text(", bias ", b.dtype()) : "");
}

}  // namespace

Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b) {
  check(x, w, b);
  Shape shape = x.shape();
  shape[shape.size() - 1] = w.size(0);
  Tensor y;
  {
    const NoGrad off;
    const Tensor bias = b.defined() ? contiguous(b) : b;
    y = product("linear", as_rows(x), transpose(w, 0, 1), bias);
    if (x.ndim() != 2) y = reshape(y, shape).detach();
  }
  return record("linear", y, wrt(x, [w = Saved(w)](const Tensor& dy) { return matmul(dy, w); }),
                wrt(w, [x = Saved(x)](const Tensor& dy) { return matmul(transpose(as_rows(dy), 0, 1), as_rows(x)); }),
                wrt(b, [](const Tensor& dy) { return sum_to(as_rows(dy), {dy.size(dy.ndim() - 1)}); }));
}

}  // namespace dlcore
