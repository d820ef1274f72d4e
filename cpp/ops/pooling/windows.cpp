#include "ops/pooling/windows.h"

#include <limits>

namespace dlcore {
namespace {

using kernels::Axis;

Axis& axis_of(kernels::Windows& windows, int n, int i) {
  Axis* axes[] = {&windows.d, &windows.h, &windows.w};
  return *axes[3 - n + i];
}

int64_t outputs_along(const char* op, const Axis& axis, bool ceil_mode) {
  const int64_t room = axis.in + 2 * axis.padding - axis.reach();
  int64_t out = room < 0 ? 0 : room / axis.stride + 1;
  if (ceil_mode && (room + axis.stride - 1 >= 0)) {
    out = (room + axis.stride - 1) / axis.stride + 1;
    if ((out - 1) * axis.stride >= axis.in + axis.padding) --out;  // a window must begin before what is on the right
  }
  if (out < 1)
    raise<ValueError>(op, ": a window of ", axis.reach(), " does not fit into ", axis.in, " elements with ",
                      axis.padding, " of padding on each side");
  return out;
}

// Only dilation lets a window see padding alone.
void check_windows(const char* op, const Axis& axis) {
  if (axis.dilation == 1) return;
  for (int64_t o = 0; o < axis.out; ++o) {
    if (axis.first_tap(o) >= axis.end_tap(o))
      raise<ValueError>(op, ": window ", o, " of ", axis.kernel, " elements, ", axis.dilation, " apart, with padding ",
                        axis.padding, ", has none of the ", axis.in, " elements");
  }
}

}  // namespace

void check_planes(const char* op, const Tensor& x, int n) {
  if (!is_floating(x.dtype())) raise<TypeError>(op, ": expected an input of a floating dtype, got ", x.dtype());
  bool some = x.ndim() == n + 1 || x.ndim() == n + 2;
  if (!some)
    raise<ValueError>(op, ": expected an input of ", n + 1, " or ", n + 2,
                      " dimensions, (C, ...) or (N, C, ...), got shape ", x.shape());
  for (int d = x.ndim() - n; d < x.ndim(); ++d) some = some && x.size(d) > 0;
  if (!some) raise<ValueError>(op, ": expected sizes > 0 behind the channels, got shape ", x.shape());
}

Dims per_axis(const char* op, const char* name, const Dims& given, int n, int64_t low) {
  if (given.size() != 1 && given.size() != n)
    raise<ValueError>(op, ": ", name, ": expected one number or ", n, ", got ", given);
  Dims out;
  for (int i = 0; i < n; ++i) out.push_back(given[given.size() == 1 ? 0 : i]);
  for (const int64_t v : out) {
    if (v < low || v > std::numeric_limits<int32_t>::max())
      raise<ValueError>(op, ": ", name, ": expected numbers of ", low, " to 2147483647, got ", given);
  }
  return out;
}

Pooled pooled(const char* op, const Tensor& x, int n, const Pooling& of) {
  const Dims kernel = per_axis(op, "kernel_size", of.kernel_size, n, 1);
  const Dims stride = of.stride.empty() ? kernel : per_axis(op, "stride", of.stride, n, 1);
  const Dims padding = per_axis(op, "padding", of.padding, n, 0),
             dilation = per_axis(op, "dilation", of.dilation, n, 1);
  check_planes(op, x, n);
  Pooled out{x.shape(), x.shape(), {}};
  out.windows.M = planes_of(x.shape(), n);
  for (int i = 0; i < n; ++i) {
    const int d = x.ndim() - n + i;
    Axis& axis = axis_of(out.windows, n, i);
    axis = {x.size(d), 0, kernel[i], stride[i], padding[i], dilation[i]};
    if (axis.padding > axis.reach() / 2)
      raise<ValueError>(op, ": padding: expected at most half of a window of ", axis.reach(), ", got ", of.padding);
    axis.out = out.out[d] = outputs_along(op, axis, of.ceil_mode);
    check_windows(op, axis);
  }
  return out;
}

kernels::RangePool ranges_of(const kernels::Windows& windows) {
  const auto ranges = [](const Axis& axis) {
    kernels::Ranges r{axis.in, axis.dilation, {}, {}, {}};
    for (int64_t o = 0; o < axis.out; ++o) {
      r.begin.push_back(axis.at(o, axis.first_tap(o)));
      r.end.push_back(axis.at(o, axis.end_tap(o) - 1) + 1);
      r.count.push_back(axis.end_tap(o) - axis.first_tap(o));
    }
    return r;
  };
  return {windows.M, ranges(windows.d), ranges(windows.h), ranges(windows.w), 0};
}

Adapted adapted(const char* op, const Tensor& x, int n, std::span<const std::optional<int64_t>> output_size) {
  if (output_size.size() != 1 && output_size.size() != static_cast<size_t>(n))
    raise<ValueError>(op, ": output_size: expected one number or ", n, ", got ", output_size.size());
  check_planes(op, x, n);
  Adapted of{x.shape(), x.shape(), {planes_of(x.shape(), n), {1, 1, {0}, {1}, {1}}, {1, 1, {0}, {1}, {1}}, {}, 0}};
  kernels::Ranges* axes[] = {&of.ranges.d, &of.ranges.h, &of.ranges.w};
  for (int i = 0; i < n; ++i) {
    const int d = x.ndim() - n + i;
    const int64_t in = x.size(d), out = output_size[output_size.size() == 1 ? 0 : i].value_or(in);
    if (out < 0 || out > std::numeric_limits<int32_t>::max())
      raise<ValueError>(op, ": output_size: expected numbers of 0 to 2147483647, got ", out);
    of.out[d] = out;
  }
  numel_of(of.out);
  for (int i = 0; i < n; ++i) {
    const int64_t in = x.size(x.ndim() - n + i), out = of.out[x.ndim() - n + i];
    kernels::Ranges r{in, 1, {}, {}, {}};
    for (int64_t o = 0; o < out; ++o) {
      r.begin.push_back(o * in / out);
      r.end.push_back(((o + 1) * in + out - 1) / out);
      r.count.push_back(r.end.back() - r.begin.back());
    }
    *axes[3 - n + i] = std::move(r);
  }
  return of;
}

Tensor gather_places(const Tensor& x_, const Tensor& places, int n) {
  const Tensor x = contiguous(x_), y = empty(places.shape(), x.dtype());
  const int64_t M = planes_of(x.shape(), n);
  if (y.numel() > 0)
    kernels::gather_places(x.dtype(), M, x.numel() / M, y.numel() / M, x.data(), places.data<int64_t>(), y.data());
  return record("gather_places", y, wrt(x_, [places = Saved(places), n, in = x.shape()](const Tensor& dy) {
                  return scatter_places("scatter_places", dy, places, n, in, true);
                }));
}

Tensor scatter_places(const char* op, const Tensor& x_, const Tensor& places, int n, const Shape& in, bool add) {
  const Tensor x = contiguous(x_), y = empty(in, x.dtype());
  const int64_t M = planes_of(in, n);
  if (y.numel() > 0)
    kernels::scatter_places(x.dtype(), M, x.numel() / M, y.numel() / M, add, x.data(), places.data<int64_t>(),
                            y.data());
  return record(op, y, wrt(x_, [places = Saved(places), n](const Tensor& dy) { return gather_places(dy, places, n); }));
}

}  // namespace dlcore
