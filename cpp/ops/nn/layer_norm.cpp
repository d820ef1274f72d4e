#include "kernels/layer_norm.h"

#include "ops/result.h"

namespace dlcore {
namespace {

struct Rows {
  int64_t M, D;
  Shape normalized_shape;
  double eps;
  Tensor mean, rstd;  // (M,), kept from the forward pass
};

kernels::LayerNorm arguments(const Rows& rows, const Tensor& w, const Tensor& b) {
  return {rows.M, rows.D, w.defined() ? w.data() : nullptr, b.defined() ? b.data() : nullptr};
}

void plus(Tensor& total, const Tensor& part) { total = total.defined() ? total + part : part; }

// Gradients with respect to dy, x and w of <a, dx> + <b, dw> + <c, db>, in plain ops. With n the normalized rows, dx is
// P(dy w) for the symmetric P(v) = r (v - avg(v) - n avg(v n)), which is also the derivative of n.
std::vector<Tensor> layer_norm_second(const Tensor& a, const Tensor& b, const Tensor& c, const Tensor& dy_,
                                      const Tensor& x_, const Tensor& w_, const Rows& rows) {
  const auto avg = [](const Tensor& v) { return mean(v, Dims{1}, true); };
  const auto as_rows = [&](const Tensor& v) { return reshape(v, {rows.M, rows.D}); };
  const auto as_row = [&](const Tensor& v) { return reshape(v, {rows.D}); };
  const Tensor x = as_rows(x_), dy = as_rows(dy_), w = w_.defined() ? as_row(w_) : w_;
  const Tensor centred = x - avg(x), r = rsqrt(avg(square(centred)) + rows.eps), n = centred * r;
  const auto project = [&](const Tensor& v) { return (v - avg(v) - n * avg(v * n)) * r; };

  Tensor d_dy, d_x, d_w;
  if (a.defined()) {
    const Tensor v = as_rows(a), g = w.defined() ? dy * w : dy, pv = project(v), pg = project(g);
    d_dy = w.defined() ? pv * w : pv;
    d_x = -(pv * avg(g * n) + pg * avg(v * n) + n * avg(v * pg)) * r;
    if (w.defined()) d_w = reshape(sum(pv * dy, Dims{0}), w_.shape());
  }
  if (b.defined()) {
    plus(d_dy, n * as_row(b));
    plus(d_x, project(dy * as_row(b)));
  }
  if (c.defined()) plus(d_dy, expand(as_row(c), {rows.M, rows.D}));
  if (d_x.defined()) d_x = reshape(d_x, x_.shape());
  return {reshape(d_dy, dy_.shape()), d_x, d_w};
}

// dx and, if asked, dw and db.
std::vector<Tensor> layer_norm_backward(const Tensor& dy_, const Tensor& x, const Tensor& w, const Rows& rows,
                                        bool with_parameters) {
  const Tensor dy = contiguous(dy_);
  std::vector<Tensor> ys{empty_like(x)};
  if (with_parameters) ys.insert(ys.end(), 2, Tensor());
  for (size_t i = 1; i < ys.size(); ++i) ys[i] = empty(rows.normalized_shape, x.dtype());
  kernels::layer_norm_backward(x.dtype(), arguments(rows, w, {}), dy.data(), x.data(), rows.mean.data(),
                               rows.rstd.data(), ys[0].data(), with_parameters ? ys[1].data() : nullptr,
                               with_parameters ? ys[2].data() : nullptr);
  const Tensor xs[] = {dy, x, w};
  record_joint("layer_norm_backward", ys, xs,
               [dy = Saved(dy), x = Saved(x), w = Saved(w), rows](std::span<const Tensor> ddys, std::span<const bool>) {
                 const Tensor absent;
                 const bool all = ddys.size() == 3;
                 return layer_norm_second(ddys[0], all ? ddys[1] : absent, all ? ddys[2] : absent, dy, x, w, rows);
               });
  return ys;
}

void check_parameter(const char* name, const Tensor& parameter, const Tensor& x, const Shape& normalized_shape) {
  if (!parameter.defined()) return;
  if (parameter.shape() != normalized_shape)
    raise<ValueError>("layer_norm: ", name, ": expected shape ", normalized_shape, ", got ", parameter.shape());
  if (parameter.dtype() != x.dtype())
    raise<TypeError>("layer_norm: ", name, ": expected the input's dtype ", x.dtype(), ", got ", parameter.dtype());
}

void check_arguments(const Tensor& x, const Shape& normalized_shape, const Tensor& weight, const Tensor& bias) {
  if (!is_floating(x.dtype())) raise<TypeError>("layer_norm: expected an input of a floating dtype, got ", x.dtype());
  const int n = normalized_shape.size();
  if (n == 0) raise<ValueError>("layer_norm: normalized_shape: expected at least one size, got ()");
  if (n > x.ndim() || !std::equal(normalized_shape.begin(), normalized_shape.end(), x.shape().end() - n))
    raise<ValueError>("layer_norm: normalized_shape: expected the last sizes of the input's shape ", x.shape(),
                      ", got ", normalized_shape);
  check_parameter("weight", weight, x, normalized_shape);
  check_parameter("bias", bias, x, normalized_shape);
}

}  // namespace

Tensor layer_norm(const Tensor& x_, const Shape& normalized_shape, const Tensor& weight, const Tensor& bias,
                  double eps) {
  check_arguments(x_, normalized_shape, weight, bias);
  const Tensor x = contiguous(x_), w = weight.defined() ? contiguous(weight) : weight;
  const Tensor b = bias.defined() ? contiguous(bias) : bias;
  Rows rows{1, numel_of(normalized_shape), normalized_shape, eps, {}, {}};
  for (int d = 0; d < x.ndim() - normalized_shape.size(); ++d) rows.M *= x.size(d);
  rows.mean = empty({rows.M}, x.dtype());
  rows.rstd = empty({rows.M}, x.dtype());
  const Tensor y = empty_like(x);
  kernels::layer_norm(x.dtype(), arguments(rows, w, b), x.data(), y.data(), rows.mean.data(), rows.rstd.data(), eps);

  return record_joint("layer_norm", y, {x, w, b},
                      [x = Saved(x), w = Saved(w), rows](std::span<const Tensor> dys, std::span<const bool> needed) {
                        return layer_norm_backward(dys[0], x, w, rows, needed[1] || needed[2]);
                      });
}

}  // namespace dlcore
