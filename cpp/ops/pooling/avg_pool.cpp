#include "kernels/avg_pool.h"

#include "ops/pooling/windows.h"

namespace dlcore {
namespace {

constexpr PoolNames kAvgPool = {"avg_pool1d", "avg_pool2d", "avg_pool3d"};
constexpr PoolNames kAdaptive = {"adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d"};

// A linear map and its transpose, which are each other's gradient.
struct Means {
  const char* op;
  Shape in, out;
  kernels::Windows windows;
  kernels::Divisor divisor;
  std::shared_ptr<const kernels::RangePool> ranges;  // if not null, these
};

Tensor means(const Tensor& x, const Means& of);

Tensor means_backward(const Tensor& dy_, const Means& of) {
  const Tensor dy = contiguous(dy_), dx = dy.numel() > 0 ? empty(of.in, dy.dtype()) : zeros(of.in, dy.dtype());
  if (dy.numel() > 0 && of.ranges) {
    kernels::avg_ranges_backward(dy.dtype(), *of.ranges, dy.data(), dx.data());
  } else if (dy.numel() > 0) {
    kernels::avg_pool_backward(dy.dtype(), of.windows, of.divisor, dy.data(), dx.data());
  }
  return record("avg_pool_backward", dx, wrt(dy_, [of](const Tensor& ddx) { return means(ddx, of); }));
}

Tensor means(const Tensor& x_, const Means& of) {
  const Tensor x = contiguous(x_), y = empty(of.out, x.dtype());
  if (y.numel() > 0 && of.ranges) {
    kernels::avg_ranges(x.dtype(), *of.ranges, x.data(), y.data());
  } else if (y.numel() > 0) {
    kernels::avg_pool(x.dtype(), of.windows, of.divisor, x.data(), y.data());
  }
  return record(of.op, y, wrt(x_, [of](const Tensor& dy) { return means_backward(dy, of); }));
}

// Large windows take their rows first; so do those that leave most of a vector of outputs empty and share no row.
bool better_as_ranges(const kernels::Windows& windows) {
  constexpr int64_t kManyTaps = 64, kFewOutputs = 4;
  return windows.taps() > kManyTaps ||
         (windows.w.out <= kFewOutputs && windows.w.kernel > 4 && windows.h.stride >= windows.h.kernel);
}

std::shared_ptr<const kernels::RangePool> as_ranges(const kernels::Windows& windows, const kernels::Divisor& divisor) {
  kernels::RangePool ranges = ranges_of(windows);
  ranges.override = divisor.override;
  const std::pair<const kernels::Axis*, kernels::Ranges*> axes[] = {
      {&windows.d, &ranges.d}, {&windows.h, &ranges.h}, {&windows.w, &ranges.w}};
  for (const auto& [axis, range] : axes) {
    for (int64_t o = 0; o < axis->out; ++o) range->count[o] = places_counted(*axis, o, divisor.with_padding);
  }
  return std::make_shared<const kernels::RangePool>(std::move(ranges));
}

}  // namespace

Tensor avg_pool(int n, const Tensor& x, const Pooling& pooling, bool count_include_pad,
                std::optional<int64_t> divisor_override) {
  const char* op = kAvgPool[n - 1];
  const Pooled of = pooled(op, x, n, pooling);
  if (divisor_override == 0) raise<ValueError>(op, ": divisor_override: expected a number that is not 0, got 0");
  Means means_of{op, of.in, of.out, of.windows, {count_include_pad, divisor_override.value_or(0)}, nullptr};
  if (better_as_ranges(of.windows)) means_of.ranges = as_ranges(of.windows, means_of.divisor);
  return means(x, means_of);
}

Tensor adaptive_avg_pool(int n, const Tensor& x, std::span<const std::optional<int64_t>> output_size) {
  Adapted of = adapted(kAdaptive[n - 1], x, n, output_size);
  return means(
      x, {kAdaptive[n - 1], of.in, of.out, {}, {}, std::make_shared<const kernels::RangePool>(std::move(of.ranges))});
}

// (sum of x^p over the window)^(1/p), the sum being a mean times the window's size.
Tensor lp_pool(int n, const Tensor& x, double norm_type, const Pooling& of) {
  constexpr PoolNames kLpPool = {"lp_pool1d", "lp_pool2d", "lp_pool3d"};
  pooled(kLpPool[n - 1], x, n, of);
  double size = 1;
  for (int i = 0; i < n; ++i) size *= static_cast<double>(of.kernel_size[of.kernel_size.size() == 1 ? 0 : i]);
  const Tensor mean = avg_pool(n, pow(x, norm_type), of, true, {});
  return pow(mean * size, 1 / norm_type);
}

}  // namespace dlcore
