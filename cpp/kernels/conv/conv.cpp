#include "kernels/conv/conv.h"

#include <numeric>

#include "core/parallel.h"
#include "kernels/conv/correlation.h"
#include "kernels/conv/pointwise.h"
#include "kernels/conv/weight_gradient.h"
#include "kernels/conv/winograd.h"
#include "kernels/depthwise.h"

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

// What correlate does as well, and better where a few places of many images fill vectors that those of one do not.
Geometry flattened(const Geometry& of) {
  Geometry flat = of;
  if (is_pointwise(of)) flat.input = flat.output = {1, 1, of.inputs()};
  return flat;
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

// One input channel per output channel, in one or two dimensions.
bool is_depthwise(const Geometry& of) {
  return of.C_in == 1 && of.input[0] == 1 && of.output[0] == 1 && of.kernel[0] == 1 && of.padding[0] == 0 &&
         of.N * of.groups * of.C_out * of.inputs() * of.outputs() > 0;
}

Depthwise depthwise_of(const Geometry& of) {
  return {of.N,         of.groups,     of.C_out,      of.input[1],    of.input[2],
          of.output[1], of.output[2],  of.kernel[1],  of.kernel[2],   of.stride[1],
          of.stride[2], of.padding[1], of.padding[2], of.dilation[1], of.dilation[2]};
}

bool by_winograd(DType dtype, const Geometry& of, winograd::Direction direction) {
  return dtype == DType::Float32 && of.N * of.outputs() * of.inputs() * of.C_out > 0 && winograd::applies(of) &&
         winograd::is_faster(of, direction);
}

void add_bias(const Geometry& of, const float* bias, float* dx) {
  const int64_t channels = of.groups * of.C_in, size = of.inputs();
  parallel_for(of.N * channels, std::max<int64_t>(1, kElementGrain / size), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float value = bias[i % channels];
      for (int64_t j = i * size; j < (i + 1) * size; ++j) dx[j] += value;
    }
  });
}

}  // namespace

void forward(DType dtype, const Geometry& of, const void* x, const void* w, const void* bias, void* y,
             bool allow_winograd) {
  if (is_depthwise(of)) return depthwise(dtype, depthwise_of(of), x, w, bias, y);
  if (allow_winograd && by_winograd(dtype, of, winograd::Direction::kForward))
    return winograd::forward(of, static_cast<const float*>(x), static_cast<const float*>(w),
                             static_cast<const float*>(bias), static_cast<float*>(y));
  visit_floating(dtype, [&]<class T>() {
    const auto *xs = static_cast<const T*>(x), *ws = static_cast<const T*>(w), *biases = static_cast<const T*>(bias);
    auto* ys = static_cast<T*>(y);
    if (is_faster_pointwise<T>(of)) return pointwise_forward(of, xs, ws, biases, ys);
    correlate(forward_of(flattened(of)), xs, ws, biases, ys);
  });
}

void input_gradient(DType dtype, const Geometry& of, const void* dy, const void* w, const void* bias, void* dx,
                    bool allow_winograd) {
  if (is_depthwise(of) && !bias) return depthwise_input_gradient(dtype, depthwise_of(of), dy, w, dx);
  if (allow_winograd && by_winograd(dtype, of, winograd::Direction::kInputGradient)) {
    winograd::input_gradient(of, static_cast<const float*>(dy), static_cast<const float*>(w), static_cast<float*>(dx));
    if (bias) add_bias(of, static_cast<const float*>(bias), static_cast<float*>(dx));
    return;
  }
  visit_floating(dtype, [&]<class T>() {
    const auto *dys = static_cast<const T*>(dy), *ws = static_cast<const T*>(w), *biases = static_cast<const T*>(bias);
    auto* dxs = static_cast<T*>(dx);
    if (is_faster_pointwise<T>(of)) return pointwise_input_gradient(of, dys, ws, biases, dxs);
    const Geometry flat = flattened(of);
    for (int64_t z = 0; z < std::min(flat.stride[0], flat.input[0]); ++z) {
      for (int64_t y = 0; y < std::min(flat.stride[1], flat.input[1]); ++y) {
        for (int64_t x = 0; x < std::min(flat.stride[2], flat.input[2]); ++x) {
          correlate(input_gradient_of(flat, {z, y, x}), dys, ws, biases, dxs);
        }
      }
    }
  });
}

bool sums_bias_gradient(DType dtype, const Geometry& of, bool allow_winograd) {
  return of.groups * of.C_out * of.C_in * of.taps() > 0 && !is_depthwise(of) && !is_pointwise(of) &&
         !(allow_winograd && by_winograd(dtype, of, winograd::Direction::kWeightGradient));
}

void weight_gradient(DType dtype, const Geometry& of, const void* dy, const void* x, void* dw, void* db,
                     bool allow_winograd) {
  if (is_depthwise(of)) return depthwise_weight_gradient(dtype, depthwise_of(of), dy, x, dw);
  if (allow_winograd && by_winograd(dtype, of, winograd::Direction::kWeightGradient))
    return winograd::weight_gradient(of, static_cast<const float*>(x), static_cast<const float*>(dy),
                                     static_cast<float*>(dw));
  visit_floating(dtype, [&]<class T>() {
    const auto *dys = static_cast<const T*>(dy), *xs = static_cast<const T*>(x);
    auto* dws = static_cast<T*>(dw);
    if (is_pointwise(of)) return pointwise_weight_gradient(of, dys, xs, dws);
    weight_gradient(of, dys, xs, dws, static_cast<T*>(db));
  });
}

}  // namespace dlcore::kernels::conv
