#include "kernels/layer_norm.h"

#include <limits>

#include "ops/nn/normalized.h"
#include "ops/result.h"

namespace dlcore {
namespace {

struct Rows {
  int64_t M, D;
  Shape normalized_shape;
  double eps;
  bool centred;
  Tensor mean, rstd;  // (M,), kept from the forward pass

  Normalized seen() const { return {{M, D}, {1, D}, {1}, {0}, eps, centred}; }
};

kernels::LayerNorm arguments(const Rows& rows, const Tensor& w, const Tensor& b) {
  return {rows.M, rows.D, w.defined() ? w.data() : nullptr, b.defined() ? b.data() : nullptr, rows.centred};
}

// dx and, if asked, dw and db.
std::vector<Tensor> rows_backward(const char* op, const Tensor& dy_, const Tensor& x, const Tensor& w, const Rows& rows,
                                  bool with_parameters) {
  const Tensor dy = contiguous(dy_);
  std::vector<Tensor> ys{empty_like(x)};
  if (with_parameters) ys.insert(ys.end(), 2, Tensor());
  for (size_t i = 1; i < ys.size(); ++i) ys[i] = empty(rows.normalized_shape, x.dtype());
  kernels::layer_norm_backward(x.dtype(), arguments(rows, w, {}), dy.data(), x.data(), rows.mean.data(),
                               rows.rstd.data(), ys[0].data(), with_parameters ? ys[1].data() : nullptr,
                               with_parameters ? ys[2].data() : nullptr);
  const Tensor xs[] = {dy, x, w};
  record_joint(op, ys, xs,
               [dy = Saved(dy), x = Saved(x), w = Saved(w), rows](std::span<const Tensor> ddys, std::span<const bool>) {
                 const Tensor absent;
                 const bool all = ddys.size() == 3;
                 return normalized_second(rows.seen(), ddys[0], all ? ddys[1] : absent, all ? ddys[2] : absent, dy, x,
                                          w);
               });
  return ys;
}

void check_parameter(const char* op, const char* name, const Tensor& parameter, const Tensor& x,
                     const Shape& normalized_shape) {
  if (!parameter.defined()) return;
  if (parameter.shape() != normalized_shape)
    raise<ValueError>(op, ": ", name, ": expected shape ", normalized_shape, ", got ", parameter.shape());
  if (parameter.dtype() != x.dtype())
    raise<TypeError>(op, ": ", name, ": expected the input's dtype ", x.dtype(), ", got ", parameter.dtype());
}

void check_arguments(const char* op, const Tensor& x, const Shape& normalized_shape, const Tensor& weight,
                     const Tensor& bias) {
  if (!is_floating(x.dtype())) raise<TypeError>(op, ": expected an input of a floating dtype, got ", x.dtype());
  const int n = normalized_shape.size();
  if (n == 0) raise<ValueError>(op, ": normalized_shape: expected at least one size, got ()");
  if (n > x.ndim() || !std::equal(normalized_shape.begin(), normalized_shape.end(), x.shape().end() - n))
    raise<ValueError>(op, ": normalized_shape: expected the last sizes of the input's shape ", x.shape(), ", got ",
                      normalized_shape);
  check_parameter(op, "weight", weight, x, normalized_shape);
  check_parameter(op, "bias", bias, x, normalized_shape);
}

Tensor over_rows(const char* op, const char* backward_op, const Tensor& x_, const Shape& normalized_shape,
                 const Tensor& weight, const Tensor& bias, double eps, bool centred) {
  check_arguments(op, x_, normalized_shape, weight, bias);
  const Tensor x = contiguous(x_), w = weight.defined() ? contiguous(weight) : weight;
  const Tensor b = bias.defined() ? contiguous(bias) : bias;
  Rows rows{1, numel_of(normalized_shape), normalized_shape, eps, centred, {}, {}};
  for (int d = 0; d < x.ndim() - normalized_shape.size(); ++d) rows.M *= x.size(d);
  rows.mean = empty({rows.M}, x.dtype());
  rows.rstd = empty({rows.M}, x.dtype());
  const Tensor y = empty_like(x);
  kernels::layer_norm(x.dtype(), arguments(rows, w, b), x.data(), y.data(), rows.mean.data(), rows.rstd.data(), eps);

  return record_joint(
      op, y, {x, w, b},
      [x = Saved(x), w = Saved(w), rows, backward_op](std::span<const Tensor> dys, std::span<const bool> needed) {
        return rows_backward(backward_op, dys[0], x, w, rows, needed[1] || needed[2]);
      });
}

}  // namespace

Tensor layer_norm(const Tensor& x, const Shape& normalized_shape, const Tensor& weight, const Tensor& bias,
                  double eps) {
  return over_rows("layer_norm", "layer_norm_backward", x, normalized_shape, weight, bias, eps, true);
}

Tensor rms_norm(const Tensor& x, const Shape& normalized_shape, const Tensor& weight, std::optional<double> eps) {
  const double smallest =
      x.dtype() == DType::Float64 ? std::numeric_limits<double>::epsilon() : std::numeric_limits<float>::epsilon();
  return over_rows("rms_norm", "rms_norm_backward", x, normalized_shape, weight, {}, eps.value_or(smallest), false);
}

}  // namespace dlcore
