#include "ops/conv/convolution.h"

#include <atomic>

#include "kernels/conv/conv.h"

namespace dlcore {
namespace {

std::atomic<bool> winograd{true};

Tensor over_channels(const Tensor& dy) {  // the gradient of a bias
  Dims axes{0};
  for (int d = 2; d < dy.ndim(); ++d) axes.push_back(d);
  return sum(dy, axes);
}

const void* data_or_null(const Tensor& x) { return x.defined() ? x.data() : nullptr; }

}  // namespace

bool winograd_enabled() { return winograd.load(std::memory_order_relaxed); }
void set_winograd_enabled(bool on) { winograd.store(on, std::memory_order_relaxed); }

Tensor convolve(const char* op, const Tensor& x_, const Tensor& w_, const Tensor& b_, const Convolution& of) {
  const Tensor x = contiguous(x_), w = contiguous(w_), b = b_.defined() ? contiguous(b_) : b_;
  const Tensor y = empty(of.y_shape(), x.dtype());
  kernels::conv::forward(x.dtype(), of.geometry, x.data(), w.data(), data_or_null(b), y.data(), winograd_enabled());
  return record(
      op, y,
      wrt(x,
          [w = Saved(w), of](const Tensor& dy) { return convolve_back("convolution_input_gradient", dy, w, {}, of); }),
      wrt(w, [x = Saved(x), of](const Tensor& dy) { return convolve_weight(dy, x, of); }), wrt(b, over_channels));
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

Tensor convolve_weight(const Tensor& dy_, const Tensor& x_, const Convolution& of) {
  const Tensor dy = contiguous(dy_), x = contiguous(x_);
  const Tensor dw = empty(of.w_shape(), dy.dtype());
  kernels::conv::weight_gradient(dy.dtype(), of.geometry, dy.data(), x.data(), dw.data(), winograd_enabled());
  return record("convolution_weight_gradient", dw,
                wrt(dy, [x = Saved(x), of](const Tensor& ddw) { return convolve("convolution", x, ddw, {}, of); }),
                wrt(x, [dy = Saved(dy), of](const Tensor& ddw) {
                  return convolve_back("convolution_input_gradient", dy, ddw, {}, of);
                }));
}

}  // namespace dlcore
