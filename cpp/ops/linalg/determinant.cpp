#include "ops/linalg/matrices.h"

// d det X = det X tr(X^-1 dX) (Giles 2008, Collected matrix derivative results, section 2.2.4). The formula needs the
// inverse, so that the gradient at a singular matrix, though it exists, raises LinAlgError.
namespace dlcore {
namespace {

// (...,) as (..., 1, 1), to scale matrices.
Tensor as_scales(const Tensor& x) { return unsqueeze(unsqueeze(x, -1), -1); }

}  // namespace

Tensor det(const Tensor& x) {
  check_square("det", "input", x);
  const Tensor y = empty(batch_of(x), x.dtype());
  {
    const NoGrad off;
    kernels::det(x.dtype(), contiguous(x).data(), y.data(), y.numel(), rows_of(x));
  }
  return record("det", y, wrt(x, [x = Saved(x)](const Tensor& dy, const Tensor& result) {
                  return mul(as_scales(mul(dy, result)), transposed(inverse_for("det_backward", x)));
                }));
}

SignAndLogabsdet slogdet(const Tensor& x) {
  check_square("slogdet", "input", x);
  const Shape batch = batch_of(x);
  const Tensor ys[] = {empty(batch, x.dtype()), empty(batch, x.dtype())};
  {
    const NoGrad off;
    kernels::slogdet(x.dtype(), contiguous(x).data(), ys[0].data(), ys[1].data(), ys[0].numel(), rows_of(x));
  }
  record_joint("slogdet", ys, {&x, 1},
               [x = Saved(x)](std::span<const Tensor> dys, std::span<const bool>) -> std::vector<Tensor> {
                 if (!dys[1].defined()) return {zeros_like(x.get())};  // sign is constant
                 return {mul(as_scales(dys[1]), transposed(inverse_for("slogdet_backward", x)))};
               });
  return {ys[0], ys[1]};
}

Tensor logdet(const Tensor& x) {
  check_square("logdet", "input", x);
  const SignAndLogabsdet of = slogdet(x);
  return add(of.logabsdet, log(of.sign.detach()));  // the log of 1 changes nothing, that of -1 is NaN
}

}  // namespace dlcore
