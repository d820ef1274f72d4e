#include "ops/nn/channel_norm.h"

#include "kernels/channel_norm.h"
#include "ops/nn/normalized.h"

namespace dlcore {
namespace {

struct Layout {
  int64_t N, C, S, groups;
  double eps;
  Tensor mean, rstd;

  Normalized seen() const {
    if (groups == 0) return {{N, C, S}, {1, C, 1}, {0, 2}, {0, 2}, eps};
    return {{N, groups, C / groups, S}, {1, groups, C / groups, 1}, {2, 3}, {0, 3}, eps};
  }
};

Layout layout_of(const Tensor& x, int64_t groups, double eps) {
  Layout layout{x.size(0), x.size(1), 1, groups, eps, {}, {}};
  for (int d = 2; d < x.ndim(); ++d) layout.S *= x.size(d);
  return layout;
}

const void* data_of(const Tensor& x) { return x.defined() ? x.data() : nullptr; }
Tensor contiguous_of(const Tensor& x) { return x.defined() ? contiguous(x) : x; }

kernels::ChannelNorm arguments(const Layout& of, const Tensor& w, const Tensor& b) {
  return {of.N, of.C, of.S, of.groups, data_of(w), data_of(b)};
}

// dx and, if asked, dw and db.
std::vector<Tensor> backward(const Tensor& dy_, const Tensor& x, const Tensor& w, const Layout& of,
                             bool with_parameters) {
  const Tensor dy = contiguous(dy_);
  std::vector<Tensor> ys{empty_like(x)};
  if (with_parameters) ys.insert(ys.end(), {zeros({of.C}, x.dtype()), zeros({of.C}, x.dtype())});
  kernels::channel_norm_backward(x.dtype(), arguments(of, w, {}), dy.data(), x.data(), of.mean.data(), of.rstd.data(),
                                 ys[0].data(), with_parameters ? ys[1].data() : nullptr,
                                 with_parameters ? ys[2].data() : nullptr);
  const Tensor xs[] = {dy, x, w};
  record_joint("channel_norm_backward", ys, xs,
               [dy = Saved(dy), x = Saved(x), w = Saved(w), of](std::span<const Tensor> ddys, std::span<const bool>) {
                 const Tensor absent;
                 const bool all = ddys.size() == 3;
                 return normalized_second(of.seen(), ddys[0], all ? ddys[1] : absent, all ? ddys[2] : absent, dy, x, w);
               });
  return ys;
}

// Given mean and rstd: y is linear in x, w and b each.
std::vector<Tensor> affine_backward(const Tensor& dy_, const Tensor& x, const Tensor& w, const Layout& of,
                                    bool with_parameters) {
  const Tensor dy = contiguous(dy_);
  std::vector<Tensor> ys{empty_like(x)};
  if (with_parameters) ys.insert(ys.end(), {zeros({of.C}, x.dtype()), zeros({of.C}, x.dtype())});
  kernels::channel_affine_backward(x.dtype(), arguments(of, w, {}), dy.data(), x.data(), of.mean.data(), of.rstd.data(),
                                   ys[0].data(), with_parameters ? ys[1].data() : nullptr,
                                   with_parameters ? ys[2].data() : nullptr);
  const Tensor xs[] = {dy, x, w};
  record_joint("channel_affine_backward", ys, xs,
               [dy = Saved(dy), x = Saved(x), w = Saved(w), of](std::span<const Tensor> ddys, std::span<const bool>) {
                 const Shape view{of.N, of.C, of.S}, channels{1, of.C, 1};
                 const Tensor r = reshape(of.rstd, channels), wr = w.get().defined() ? reshape(w, channels) * r : r;
                 const Tensor g = reshape(dy, view), n = (reshape(x, view) - reshape(of.mean, channels)) * r;
                 Tensor d_dy = zeros(view, g.dtype()), d_x, d_w;
                 if (ddys[0].defined()) {
                   const Tensor a = reshape(ddys[0], view);
                   d_dy = a * wr;
                   if (w.get().defined()) d_w = sum(a * g * r, Dims{0, 2});
                 }
                 if (ddys.size() == 3 && ddys[1].defined()) {
                   const Tensor b = reshape(ddys[1], channels);
                   d_dy = d_dy + n * b;
                   d_x = reshape(g * b * r, x.get().shape());
                 }
                 if (ddys.size() == 3 && ddys[2].defined()) d_dy = d_dy + reshape(ddys[2], channels);
                 return std::vector<Tensor>{reshape(d_dy, dy.get().shape()), d_x, d_w};
               });
  return ys;
}

}  // namespace

void check_channels(const char* op, const Tensor& x, int least_dims) {
  if (!is_floating(x.dtype())) raise<TypeError>(op, ": expected an input of a floating dtype, got ", x.dtype());
  if (x.ndim() < least_dims)
    raise<ValueError>(op, ": expected an input (N, C, ...) of at least ", least_dims, " dimensions, got shape ",
                      x.shape());
}

void check_per_channel(const char* op, const char* name, const Tensor& parameter, const Tensor& x) {
  if (!parameter.defined()) return;
  if (parameter.shape() != Shape{x.size(1)})
    raise<ValueError>(op, ": ", name, ": expected shape ", Shape{x.size(1)}, ", got ", parameter.shape());
  if (parameter.dtype() != x.dtype())
    raise<TypeError>(op, ": ", name, ": expected the input's dtype ", x.dtype(), ", got ", parameter.dtype());
}

ChannelNormalized channel_norm(const char* op, const Tensor& x_, int64_t groups, const Tensor& weight,
                               const Tensor& bias, double eps) {
  const Tensor x = contiguous(x_), w = contiguous_of(weight), b = contiguous_of(bias);
  Layout of = layout_of(x, groups, eps);
  const kernels::ChannelNorm norm = arguments(of, w, b);
  of.mean = empty({norm.units()}, x.dtype());
  of.rstd = empty_like(of.mean);
  const Tensor y = empty_like(x), var = empty_like(of.mean);
  kernels::channel_norm(x.dtype(), norm, x.data(), y.data(), of.mean.data(), var.data(), of.rstd.data(), eps);
  record_joint(op, y, {x, w, b},
               [x = Saved(x), w = Saved(w), of](std::span<const Tensor> dys, std::span<const bool> needed) {
                 return backward(dys[0], x, w, of, needed[1] || needed[2]);
               });
  return {y, of.mean, var};
}

Tensor channel_affine(const char* op, const Tensor& x_, const Tensor& mean, const Tensor& var, const Tensor& weight,
                      const Tensor& bias, double eps) {
  const Tensor x = contiguous(x_), w = contiguous_of(weight), b = contiguous_of(bias);
  Layout of = layout_of(x, 0, eps);
  {
    const NoGrad off;
    of.mean = clone(mean);  // both may be changed in place before the gradient is taken
    of.rstd = rsqrt(var + eps);
  }
  if (of.S < 16) {  // too short a run for the kernel
    Shape channels = Dims::filled(x.ndim(), 1);
    channels[1] = of.C;
    const Tensor scale = reshape(w.defined() ? w * of.rstd : of.rstd, channels);
    const Tensor y = (x - reshape(of.mean, channels)) * scale;
    return b.defined() ? y + reshape(b, channels) : y;
  }
  const Tensor y = empty_like(x);
  kernels::channel_affine(x.dtype(), arguments(of, w, b), x.data(), of.mean.data(), of.rstd.data(), y.data());
  return record_joint(op, y, {x, w, b},
                      [x = Saved(x), w = Saved(w), of](std::span<const Tensor> dys, std::span<const bool> needed) {
                        return affine_backward(dys[0], x, w, of, needed[1] || needed[2]);
                      });
}

void update_running(const char* op, const Tensor& running, const Tensor& seen, double momentum) {
  if (!running.defined()) return;
  const NoGrad off;
  check_writable(op, running);
  copy_(running, running * (1 - momentum) + seen * momentum);
}

}  // namespace dlcore
