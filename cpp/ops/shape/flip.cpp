#include "kernels/copy.h"
#include "ops/result.h"

namespace dlcore {

Tensor flip(const Tensor& x, const Dims& axes) {
  const Dims reversed = normalize_axes("flip", axes, x.shape());
  const Tensor y = empty(x.shape(), x.dtype());
  if (x.numel() > 0) {
    Loop<2> loop{.ndim = x.ndim(), .numel = x.numel(), .shape = {}, .strides = {}, .data = {y.data(), x.data()}};
    int64_t last = 0;  // x is walked from its last element down
    for (int d = 0; d < x.ndim(); ++d) {
      const int64_t step = x.strides()[d];
      loop.shape[d] = x.size(d);
      loop.strides[0][d] = y.strides()[d];
      loop.strides[1][d] = reversed.contains(d) ? -step : step;
      if (reversed.contains(d)) last += (x.size(d) - 1) * step;
    }
    loop.data[1] = loop.at<std::byte>(1) + last * item_size(x.dtype());
    simplify(loop);
    kernels::copy(x.dtype(), x.dtype(), loop);
  }
  return record("flip", y, wrt(x, [reversed](const Tensor& dy) { return flip(dy, reversed); }));
}

}  // namespace dlcore
