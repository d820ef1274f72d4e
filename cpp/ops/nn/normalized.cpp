#include "ops/nn/normalized.h"

namespace dlcore {
namespace {

void plus(Tensor& total, const Tensor& part) { total = total.defined() ? total + part : part; }

}  // namespace

// dx is P(dy w) for the symmetric P(v) = r (v - avg(v) - n avg(v n)), which is also the derivative of n; without a
// mean, P(v) = r (v - n avg(v n)).
std::vector<Tensor> normalized_second(const Normalized& of, const Tensor& a, const Tensor& b, const Tensor& c,
                                      const Tensor& dy_, const Tensor& x_, const Tensor& w_) {
  const auto avg = [&](const Tensor& v) { return mean(v, of.averaged, true); };
  const auto centre = [&](const Tensor& v) { return of.centred ? v - avg(v) : v; };
  const auto parameter = [&](const Tensor& v) { return reshape(v, of.affine); };
  const Tensor x = reshape(x_, of.view), dy = reshape(dy_, of.view), w = w_.defined() ? parameter(w_) : w_;
  const Tensor centred = centre(x), r = rsqrt(avg(square(centred)) + of.eps), n = centred * r;
  const auto project = [&](const Tensor& v) { return (centre(v) - n * avg(v * n)) * r; };

  Tensor d_dy, d_x, d_w;
  if (a.defined()) {
    const Tensor v = reshape(a, of.view), g = w.defined() ? dy * w : dy, pv = project(v), pg = project(g);
    d_dy = w.defined() ? pv * w : pv;
    d_x = -(pv * avg(g * n) + pg * avg(v * n) + n * avg(v * pg)) * r;
    if (w.defined()) d_w = reshape(sum(pv * dy, of.summed), w_.shape());
  }
  if (b.defined()) {
    plus(d_dy, n * parameter(b));
    plus(d_x, project(dy * parameter(b)));
  }
  if (c.defined()) plus(d_dy, expand(parameter(c), of.view));
  if (d_x.defined()) d_x = reshape(d_x, x_.shape());
  return {reshape(d_dy, dy_.shape()), d_x, d_w};
}

}  // namespace dlcore
