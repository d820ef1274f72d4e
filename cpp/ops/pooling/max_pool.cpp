#include "kernels/max_pool.h"

#include <limits>

#include "ops/pooling/windows.h"

namespace dlcore {
namespace {

constexpr PoolNames kMaxPool = {"max_pool1d", "max_pool2d", "max_pool3d"};
constexpr PoolNames kAdaptive = {"adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d"};
constexpr PoolNames kUnpool = {"max_unpool1d", "max_unpool2d", "max_unpool3d"};

Tensor places_of(const Tensor& taps, const kernels::Windows& windows) {
  const Tensor places = empty(taps.shape(), DType::Int64);
  kernels::places_of_taps(windows, taps.data<uint8_t>(), places.data<int64_t>());
  return places;
}

// Linear in dy; its transpose reads where the taps are.
Tensor max_pool_backward(const Tensor& dy_, const Tensor& taps, int n, const Pooled& of) {
  const Tensor dy = contiguous(dy_), dx = empty(of.in, dy.dtype());
  kernels::max_pool_backward(dy.dtype(), of.windows, dy.data(), taps.data<uint8_t>(), dx.data());
  return record("max_pool_backward", dx, wrt(dy_, [taps = Saved(taps), n, windows = of.windows](const Tensor& ddx) {
                  return gather_places(ddx, places_of(taps, windows), n);
                }));
}

ValuesAndIndices max_of_ranges(const char* op, const Tensor& x_, int n, const kernels::RangePool& ranges,
                               const Shape& out) {
  // The kernel numbers rows by integers as wide as the elements; a plane of single numbers is one long row to it.
  const int64_t rows = ranges.w.in > 1 ? ranges.d.in * ranges.h.in : 0;
  if (x_.dtype() == DType::Float32 && rows > std::numeric_limits<int32_t>::max())
    raise<ValueError>(op, ": expected planes of at most 2147483647 rows in float32, got shape ", x_.shape());
  const Tensor x = contiguous(x_), y = empty(out, x.dtype()), places = empty(out, DType::Int64);
  if (y.numel() > 0) kernels::max_ranges(x.dtype(), ranges, x.data(), y.data(), places.data<int64_t>());
  record(op, y, wrt(x_, [places = Saved(places), n, in = x.shape()](const Tensor& dy) {
           return scatter_places("max_pool_backward", dy, places, n, in, true);
         }));
  return {y, places};
}

ValuesAndIndices max_of_windows(int n, const Tensor& x_, const Pooling& pooling, bool with_indices) {
  const char* op = kMaxPool[n - 1];
  const Pooled of = pooled(op, x_, n, pooling);
  if (of.windows.taps() > kernels::kMostTaps) return max_of_ranges(op, x_, n, ranges_of(of.windows), of.out);
  const Tensor x = contiguous(x_), y = empty(of.out, x.dtype());
  const bool with_taps = with_indices || (grad_enabled() && x.requires_grad());
  const Tensor taps = with_taps ? empty(of.out, DType::UInt8) : Tensor();
  kernels::max_pool(x.dtype(), of.windows, x.data(), y.data(), with_taps ? taps.data<uint8_t>() : nullptr);
  record(op, y, wrt(x_, [taps = Saved(taps), n, of](const Tensor& dy) { return max_pool_backward(dy, taps, n, of); }));
  return {y, with_indices ? places_of(taps, of.windows) : Tensor()};
}

// What max_pool made of these sizes, or an output_size that it would have made as much of.
Shape unpooled_shape(const char* op, int n, const Tensor& x, const Pooling& of,
                     const std::optional<Dims>& output_size) {
  const Dims kernel = per_axis(op, "kernel_size", of.kernel_size, n, 1);
  const Dims stride = of.stride.empty() ? kernel : per_axis(op, "stride", of.stride, n, 1);
  const Dims padding = per_axis(op, "padding", of.padding, n, 0);
  Shape out = x.shape();
  const int front = x.ndim() - n;
  for (int i = 0; i < n; ++i) out[front + i] = (x.size(front + i) - 1) * stride[i] - 2 * padding[i] + kernel[i];
  if (output_size) {
    const int given = output_size->size();
    if (given != n && given != x.ndim())
      raise<ValueError>(op, ": output_size: expected ", n, " sizes, got ", *output_size);
    for (int i = 0; i < n; ++i) {
      const int64_t size = (*output_size)[given - n + i];
      if (size <= out[front + i] - stride[i] || size >= out[front + i] + stride[i])
        raise<ValueError>(op, ": output_size: expected sizes less than ", stride, " away from those of ", out, ", got ",
                          *output_size);
      out[front + i] = size;
    }
  }
  for (int i = 0; i < n; ++i) {
    if (out[front + i] < 1) raise<ValueError>(op, ": expected an output of sizes > 0, got ", out);
  }
  return out;
}

}  // namespace

Tensor max_pool(int n, const Tensor& x, const Pooling& of) { return max_of_windows(n, x, of, false).values; }

ValuesAndIndices max_pool_with_indices(int n, const Tensor& x, const Pooling& of) {
  return max_of_windows(n, x, of, true);
}

ValuesAndIndices adaptive_max_pool(int n, const Tensor& x, std::span<const std::optional<int64_t>> output_size) {
  const Adapted of = adapted(kAdaptive[n - 1], x, n, output_size);
  return max_of_ranges(kAdaptive[n - 1], x, n, of.ranges, of.out);
}

Tensor max_unpool(int n, const Tensor& x, const Tensor& indices, const Pooling& of,
                  const std::optional<Dims>& output_size) {
  const char* op = kUnpool[n - 1];
  check_planes(op, x, n);
  if (indices.dtype() != DType::Int64) raise<TypeError>(op, ": indices: expected int64, got ", indices.dtype());
  if (indices.shape() != x.shape())
    raise<ValueError>(op, ": indices: expected the input's shape ", x.shape(), ", got ", indices.shape());
  const Shape out = unpooled_shape(op, n, x, of, output_size);
  int64_t plane = 1;
  for (int d = out.size() - n; d < out.size(); ++d) plane *= out[d];
  numel_of(out);
  const Tensor places = contiguous(indices);
  const int64_t wrong = kernels::first_outside(places.numel(), plane, places.data<int64_t>());
  if (wrong < places.numel())
    raise<IndexError>(op, ": indices: ", places.data<int64_t>()[wrong], " is out of range for planes of ", plane,
                      " elements, of an output of shape ", out);
  return scatter_places(op, x, places, n, out, false);
}

}  // namespace dlcore
