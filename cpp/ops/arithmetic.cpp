#include "kernels/arithmetic.h"

#include "ops/binary.h"

namespace dlcore {
namespace {

void refuse_bool(const char* op, DType dtype) {
  if (dtype == DType::Bool) raise<TypeError>(op, ": expected numbers, got dtype bool; use logical ops for bool");
}

DType quotient_type(const Tensor& a, const Tensor& b) {
  const DType dtype = result_type(a, b);
  return is_floating(dtype) ? dtype : kDefaultDType;
}

// alpha * b is computed in the common dtype, so a fraction has no meaning where that is integral.
double factor(const char* op, const Tensor& a, const Tensor& b, const Tensor& alpha) {
  if (alpha.numel() != 1) raise<ValueError>(op, ": alpha: expected one number, got shape ", alpha.shape());
  const DType dtype = result_type(a, b);
  if (is_floating(alpha.dtype()) && is_integral(dtype))
    raise<TypeError>(op, ": alpha: expected a number that fits a result of dtype ", dtype, ", got ", alpha.dtype());
  return alpha.item();
}

using Recorded = Tensor (*)(const Tensor&, const Tensor&);  // of the overloads, the one of two operands

auto scaled_by(double alpha) {
  return [alpha](DType dtype, const Loop<3>& loop) { kernels::add_scaled(dtype, loop, alpha); };
}

Tensor add_multiple(const char* op, const Tensor& a, const Tensor& b, double alpha) {
  if (alpha == 1) return add(a, b);
  return record(op, binary(op, a, b, result_type(a, b), scaled_by(alpha)), wrt(a, Like(a)),
                wrt(b, [like = Like(b), alpha](const Tensor& dy) { return like(mul(dy, alpha)); }));
}

const Tensor& add_multiple_(const char* op, const Tensor& x, const Tensor& b, double alpha) {
  return binary_(op, x, b, scaled_by(alpha),
                 [=](const Tensor& a, const Tensor& other) { return add_multiple(op, a, other, alpha); });
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b) {
  return record("add", binary("add", a, b, result_type(a, b), kernels::add), wrt(a, Like(a)), wrt(b, Like(b)));
}

Tensor add(const Tensor& a, const Tensor& b, const Tensor& alpha) {
  return add_multiple("add", a, b, factor("add", a, b, alpha));
}

Tensor sub(const Tensor& a, const Tensor& b) {
  const DType dtype = result_type(a, b);
  refuse_bool("sub", dtype);
  return record("sub", binary("sub", a, b, dtype, kernels::sub), wrt(a, Like(a)),
                wrt(b, [like = Like(b)](const Tensor& dy) { return like(neg(dy)); }));
}

Tensor sub(const Tensor& a, const Tensor& b, const Tensor& alpha) {
  refuse_bool("sub", result_type(a, b));
  return add_multiple("sub", a, b, -factor("sub", a, b, alpha));
}

Tensor mul(const Tensor& a, const Tensor& b) {
  return record("mul", binary("mul", a, b, result_type(a, b), kernels::mul),
                wrt(a, [like = Like(a), b = Saved(b)](const Tensor& dy) { return like(mul(dy, b)); }),
                wrt(b, [like = Like(b), a = Saved(a)](const Tensor& dy) { return like(mul(dy, a)); }));
}

Tensor div(const Tensor& a, const Tensor& b) {
  return record("div", binary("div", a, b, quotient_type(a, b), kernels::div),
                wrt(a, [like = Like(a), b = Saved(b)](const Tensor& dy) { return like(div(dy, b)); }),
                wrt(b, [like = Like(b), b = Saved(b)](const Tensor& dy, const Tensor& y) {
                  return like(neg(div(mul(dy, y), b)));  // d(a/b)/db = -a/b^2 = -y/b
                }));
}

Tensor neg(const Tensor& x) {
  refuse_bool("neg", x.dtype());
  const Tensor y = empty_like(x);
  kernels::neg(x.dtype(), loop_over(y, x));
  return record("neg", y, wrt(x, [](const Tensor& dy) { return neg(dy); }));
}

const Tensor& add_(const Tensor& x, const Tensor& b) { return binary_("add_", x, b, kernels::add, Recorded{add}); }
const Tensor& sub_(const Tensor& x, const Tensor& b) {
  refuse_bool("sub_", result_type(x, b));
  return binary_("sub_", x, b, kernels::sub, Recorded{sub});
}

const Tensor& add_(const Tensor& x, const Tensor& b, const Tensor& alpha) {
  return add_multiple_("add_", x, b, factor("add_", x, b, alpha));
}
const Tensor& sub_(const Tensor& x, const Tensor& b, const Tensor& alpha) {
  refuse_bool("sub_", result_type(x, b));
  return add_multiple_("sub_", x, b, -factor("sub_", x, b, alpha));
}

const Tensor& mul_(const Tensor& x, const Tensor& b) { return binary_("mul_", x, b, kernels::mul, Recorded{mul}); }
const Tensor& div_(const Tensor& x, const Tensor& b) {
  if (!is_floating(x.dtype())) raise<TypeError>("div_: a quotient cannot be kept in a tensor of dtype ", x.dtype());
  return binary_("div_", x, b, kernels::div, Recorded{div});
}

}  // namespace dlcore
