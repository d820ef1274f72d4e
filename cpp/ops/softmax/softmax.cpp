#include "kernels/softmax.h"

#include "ops/lanes.h"

namespace dlcore {
namespace {

using Forward = void (*)(DType, const kernels::Lanes&, const void* x, void* y);
using Backward = void (*)(DType, const kernels::Lanes&, const void* dy, const void* y, void* dx);

Tensor forward(const Tensor& x, int axis, Forward kernel) {
  const NoGrad off;
  const Tensor from = contiguous(x), y = empty(x.shape(), x.dtype());
  kernel(y.dtype(), lanes_along(y, axis), from.data(), y.data());
  return y;
}

Tensor backward(const Tensor& dy_, const Tensor& y_, int axis, Backward kernel) {
  const NoGrad off;
  const Tensor dy = contiguous(dy_), y = contiguous(y_), dx = empty(y.shape(), y.dtype());
  kernel(y.dtype(), lanes_along(y, axis), dy.data(), y.data(), dx.data());
  return dx;
}

Tensor sum_along(const Tensor& x, int axis) { return sum(x, Dims{axis}, true); }

// dx = y (dy - sum(y dy)): the Jacobian is symmetric.
Tensor softmax_backward(const Tensor& dy, const Tensor& y, int axis) {
  return record("softmax_backward", backward(dy, y, axis, kernels::softmax_backward),
                wrt(dy, [y = Saved(y), axis](const Tensor& ddx) { return softmax_backward(ddx, y, axis); }),
                wrt(y, [dy = Saved(dy), y = Saved(y), axis](const Tensor& ddx) {
                  const Tensor centred = dy.get() - sum_along(y.get() * dy, axis);
                  return ddx * centred - dy.get() * sum_along(ddx * y, axis);
                }));
}

// dx = dy - e^y sum(dy)
Tensor log_softmax_backward(const Tensor& dy, const Tensor& y, int axis) {
  return record("log_softmax_backward", backward(dy, y, axis, kernels::log_softmax_backward),
                wrt(dy, [y = Saved(y), axis](const Tensor& ddx) { return ddx - sum_along(ddx * exp(y), axis); }),
                wrt(y, [dy = Saved(dy), y = Saved(y), axis](const Tensor& ddx) {
                  return neg(ddx * exp(y) * sum_along(dy, axis));
                }));
}

Tensor checked(const char* op, const Tensor& x, std::optional<DType> dtype) {
  const DType out = dtype.value_or(x.dtype());
  if (!is_floating(out)) raise<TypeError>(op, ": expected a floating dtype, got ", out, "; pass dtype= to convert");
  return to(x, out);
}

}  // namespace

Tensor softmax(const Tensor& x_, int axis_, std::optional<DType> dtype) {
  const int axis = normalize_axis("softmax", axis_, x_.shape());
  const Tensor x = checked("softmax", x_, dtype);
  return record("softmax", forward(x, axis, kernels::softmax),
                wrt(x, [axis](const Tensor& dy, const Tensor& y) { return softmax_backward(dy, y, axis); }));
}

Tensor log_softmax(const Tensor& x_, int axis_, std::optional<DType> dtype) {
  const int axis = normalize_axis("log_softmax", axis_, x_.shape());
  const Tensor x = checked("log_softmax", x_, dtype);
  return record("log_softmax", forward(x, axis, kernels::log_softmax),
                wrt(x, [axis](const Tensor& dy, const Tensor& y) { return log_softmax_backward(dy, y, axis); }));
}

}  // namespace dlcore
