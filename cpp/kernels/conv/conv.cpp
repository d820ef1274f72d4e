#include "kernels/conv/conv.h"

#include <numeric>

#include "kernels/conv/correlation.h"
#include "kernels/conv/weight_gradient.h"

namespace dlcore::kernels::conv {
namespace {

Correlation forward_of(const Geometry& of) {
  Correlation c{of.N, of.groups, of.C_in, of.C_out, {}, {of.output, {0, 0, 0}, {1, 1, 1}}, {}};
  for (int d = 0; d < 3; ++d)
    c.axes[d] = {of.input[d], of.output[d], of.stride[d], -of.padding[d], of.kernel[d], of.dilation[d]};
  const int64_t taps = of.taps();
  c.weights = {0, of.C_out * of.C_in * taps, of.C_in * taps, taps, {of.kernel[1] * of.kernel[2], of.kernel[2], 1}};
  return c;
}

int64_t modulo(int64_t a, int64_t n) { return ((a % n) + n) % n; }

// The inputs begin, begin + stride, ... of an axis are a correlation of dy with stride 1: input p = begin + j * stride
// gets dy[o] through tap k where p + padding - k * dilation = o * stride. Such taps are a common step apart, and o goes
// down by a whole number from one to the next; taken backwards, they are a dilated kernel.
struct Phase {
  Sliding sliding;
  int64_t last_tap, tap_step;
};

Phase phase_of(const Geometry& of, int d, int64_t begin) {
  const int64_t s = of.stride[d], step = s / std::gcd(s, of.dilation[d]), at = begin + of.padding[d];
  Phase phase{{of.output[d], (of.input[d] - begin + s - 1) / s, 1, 0, 0, step * of.dilation[d] / s}, 0, step};
  int64_t first = 0;
  while (first < step && modulo(at - first * of.dilation[d], s) != 0) ++first;
  if (first == step || first >= of.kernel[d]) return phase;
  phase.sliding.taps = (of.kernel[d] - 1 - first) / step + 1;
  phase.last_tap = first + (phase.sliding.taps - 1) * step;
  phase.sliding.first = (at - phase.last_tap * of.dilation[d]) / s;  // without remainder
  return phase;
}

Correlation input_gradient_of(const Geometry& of, const Axes& begin) {
  Correlation c{of.N, of.groups, of.C_out, of.C_in, {}, {of.input, begin, of.stride}, {}};
  const int64_t taps = of.taps();
  c.weights = {0, of.C_out * of.C_in * taps, taps, of.C_in * taps, {}};
  const Axes strides = {of.kernel[1] * of.kernel[2], of.kernel[2], 1};
  for (int d = 0; d < 3; ++d) {
    const Phase phase = phase_of(of, d, begin[d]);
    c.axes[d] = phase.sliding;
    c.weights.at += phase.last_tap * strides[d];
    c.weights.tap[d] = -phase.tap_step * strides[d];
  }
  return c;
}

}  // namespace

void forward(DType dtype, const Geometry& of, const void* x, const void* w, const void* bias, void* y) {
  visit_floating(dtype, [&]<class T>() {
    correlate<T>(forward_of(of), static_cast<const T*>(x), static_cast<const T*>(w), static_cast<const T*>(bias),
                 static_cast<T*>(y));
  });
}

void input_gradient(DType dtype, const Geometry& of, const void* dy, const void* w, const void* bias, void* dx) {
  visit_floating(dtype, [&]<class T>() {
    for (int64_t z = 0; z < std::min(of.stride[0], of.input[0]); ++z) {
      for (int64_t y = 0; y < std::min(of.stride[1], of.input[1]); ++y) {
        for (int64_t x = 0; x < std::min(of.stride[2], of.input[2]); ++x) {
          correlate<T>(input_gradient_of(of, {z, y, x}), static_cast<const T*>(dy), static_cast<const T*>(w),
                       static_cast<const T*>(bias), static_cast<T*>(dx));
        }
      }
    }
  });
}

void weight_gradient(DType dtype, const Geometry& of, const void* dy, const void* x, void* dw) {
  visit_floating(dtype, [&]<class T>() {
    weight_gradient<T>(of, static_cast<const T*>(dy), static_cast<const T*>(x), static_cast<T*>(dw));
  });
}

}  // namespace dlcore::kernels::conv
