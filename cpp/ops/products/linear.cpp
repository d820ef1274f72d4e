#include "ops/elementwise/activations.h"
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

Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b, Activation activation) {
  check(x, w, b);
  if (activation != Activation::Identity && !is_floating(x.dtype()))
    raise<TypeError>("linear: expected floating numbers for an activation, got ", x.dtype());
  const bool needs_grad =
      grad_enabled() && (x.requires_grad() || w.requires_grad() || (b.defined() && b.requires_grad()));
  if (needs_grad && !derives_from_result(activation)) return activate(activation, linear(x, w, b));

  Shape shape = x.shape();
  shape[shape.size() - 1] = w.size(0);
  Tensor y;
  {
    const NoGrad off;
    const Tensor bias = b.defined() ? contiguous(b) : b;
    y = product("linear", as_rows(x), transpose(w, 0, 1), bias, activation);
    if (x.ndim() != 2) y = reshape(y, shape).detach();
  }
  return record_joint("linear", y, {x, w, b},
                      [x = Saved(x), w = Saved(w), activation](std::span<const Tensor> dys, std::span<const Tensor> ys,
                                                               std::span<const bool> needed) {
                        const Tensor dz = times_derivative(activation, dys[0], ys[0]);
                        std::vector<Tensor> dx(3);
                        if (needed[0]) dx[0] = matmul(dz, w);
                        if (needed[1]) dx[1] = matmul(transpose(as_rows(dz), 0, 1), as_rows(x));
                        if (needed[2]) dx[2] = sum_to(as_rows(dz), {dz.size(dz.ndim() - 1)});
                        return dx;
                      });
}

}  // namespace dlcore
