#include "ops/conv/convolution.h"

#include <atomic>
#include <tuple>

#include "kernels/conv/conv.h"

namespace dlcore {
namespace {

std::atomic<bool> winograd{true};

Tensor over_channels(const Tensor& dy) {  // the gradient of a bias
  Dims axes{0};
  for (int d = 2; d < dy.ndim(); ++d) axes.push_back(d);
  return sum(dy, axes);
}

Tensor spread(const Tensor& db, const Convolution& of) {  // of each channel the same
  Shape per_channel{1, db.size(0)};
  for (int d = 0; d < of.dims; ++d) per_channel.push_back(1);
  return expand(reshape(db, per_channel), of.y_shape());
}

const void* data_or_null(const Tensor& x) { return x.defined() ? x.data() : nullptr; }

}  // namespace

bool winograd_enabled() { return winograd.load(std::memory_order_relaxed); }
void set_winograd_enabled(bool on) { winograd.store(on, std::memory_order_relaxed); }

Tensor convolve(const char* op, const Tensor& x_, const Tensor& w_, const Tensor& b_, const Convolution& of) {
  const Tensor x = contiguous(x_), w = contiguous(w_), b = b_.defined() ? contiguous(b_) : b_;
  const Tensor y = empty(of.y_shape(), x.dtype());
  kernels::conv::forward(x.dtype(), of.geometry, x.data(), w.data(), data_or_null(b), y.data(), winograd_enabled());
  return record_joint(op, y, {x, w, b},
                      [x = Saved(x), w = Saved(w), of](std::span<const Tensor> dys, std::span<const bool> needed) {
                        std::vector<Tensor> dxs(3);
                        if (needed[0]) dxs[0] = convolve_back("convolution_input_gradient", dys[0], w, {}, of);
                        if (needed[1]) std::tie(dxs[1], dxs[2]) = convolve_parameters(dys[0], x, of, needed[2]);
                        if (needed[2] && !dxs[2].defined()) dxs[2] = over_channels(dys[0]);
                        return dxs;
                      });
}

Tensor convolve_back(const char* op, const Tensor& dy_, const Tensor& w_, const Tensor& b_, const Convolution& of) {
  const Tensor dy = contiguous(dy_), w = contiguous(w_), b = b_.defined() ? contiguous(b_) : b_;
  const Tensor dx = empty(of.x_shape(), dy.dtype());
  kernels::conv::input_gradient(dy.dtype(), of.geometry, dy.data(), w.data(), data_or_null(b), dx.data(),
                                winograd_enabled());
  return record(
      op, dx, wrt(dy, [w = Saved(w), of](const Tensor& ddx) { return convolve("convolution", ddx, w, {}, of); }),
      wrt(w, [dy = Saved(dy), of](const Tensor& ddx) { return convolve_weight(dy, ddx, of); }), wrt(b, over_channels));
}

Tensor convolve_weight(const Tensor& dy, const Tensor& x, const Convolution& of) {
  return convolve_parameters(dy, x, of, false).first;
}

std::pair<Tensor, Tensor> convolve_parameters(const Tensor& dy_, const Tensor& x_, const Convolution& of,
                                              bool with_bias) {
  const Tensor dy = contiguous(dy_), x = contiguous(x_);
  const bool winograd = winograd_enabled();
  std::vector<Tensor> ys{empty(of.w_shape(), dy.dtype())};
  if (with_bias && kernels::conv::sums_bias_gradient(dy.dtype(), of.geometry, winograd))
    ys.push_back(empty({of.y_shape()[1]}, dy.dtype()));
  kernels::conv::weight_gradient(dy.dtype(), of.geometry, dy.data(), x.data(), ys[0].data(),
                                 ys.size() > 1 ? ys[1].data() : nullptr, winograd);
  const Tensor xs[] = {dy, x};
  record_joint("convolution_weight_gradient", ys, xs,
               [dy = Saved(dy), x = Saved(x), of](std::span<const Tensor> ddws, std::span<const bool> needed) {
                 std::vector<Tensor> ddxs(2);
                 const Tensor &ddw = ddws[0], ddb = ddws.size() > 1 ? ddws[1] : Tensor();
                 if (needed[0]) ddxs[0] = ddw.defined() ? convolve("convolution", x, ddw, ddb, of) : spread(ddb, of);
                 if (needed[1] && ddw.defined()) ddxs[1] = convolve_back("convolution_input_gradient", dy, ddw, {}, of);
                 return ddxs;
               });
  return {ys[0], ys.size() > 1 ? ys[1] : Tensor()};
}

}  // namespace dlcore
