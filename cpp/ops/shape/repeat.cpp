#include "dlcore/ops.h"

// Copies side by side: each axis is a view in which x repeats, then copied. Axes go from the last to the first, so that
// all passes but the last one are over less than the result.
namespace dlcore {
namespace {

// What lies before an axis, and from it on.
struct Halves {
  Halves(const Shape& shape, int axis) {
    for (int d = 0; d < shape.size(); ++d) (d < axis ? before : from) *= shape[d];
  }
  int64_t before = 1, from = 1;
};

// Each row of x (rows, n), `times` in a row.
Tensor repeat_rows(const Tensor& x, int64_t rows, int64_t n, int64_t times, const Shape& shape) {
  return reshape(expand(reshape(x, {rows, 1, n}), {rows, times, n}), shape);
}

void check_repeats(const char* op, const Dims& repeats) {
  for (int64_t r : repeats) {
    if (r < 0) raise<ValueError>(op, ": expected repeats >= 0, got ", repeats);
  }
}

Tensor repeat_axes(const Tensor& x, const Dims& repeats) {
  Shape shape = x.shape();
  while (shape.size() < repeats.size()) shape.insert(0, 1);
  Tensor y = reshape(x, shape);
  bool fresh = false;
  for (int d = shape.size() - 1; d >= 0; --d) {
    if (repeats[d] == 1) continue;
    const Halves halves(shape, d);
    shape[d] *= repeats[d];
    numel_of(shape);  // can be counted
    y = repeat_rows(y, halves.before, halves.from, repeats[d], shape);
    fresh = true;
  }
  return fresh ? contiguous(y) : clone(y);
}

}  // namespace

Tensor repeat(const Tensor& x, const Dims& repeats) {
  if (repeats.size() < x.ndim())
    raise<ValueError>("repeat: expected a number for each axis of shape ", x.shape(), ", got ", repeats);
  check_repeats("repeat", repeats);
  return repeat_axes(x, repeats);
}

Tensor tile(const Tensor& x, const Dims& repeats) {
  check_repeats("tile", repeats);
  Dims all = repeats;
  while (all.size() < x.ndim()) all.insert(0, 1);
  return repeat_axes(x, all);
}

Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, std::optional<int> axis) {
  if (!axis) return repeat_interleave(reshape(x, {x.numel()}), repeats, 0);
  const int a = normalize_axis("repeat_interleave", *axis, x.shape());
  if (x.ndim() == 0) return repeat_interleave(reshape(x, {1}), repeats, 0);
  const int64_t n = x.size(a);
  if (repeats.dtype() != DType::Int64 && repeats.dtype() != DType::Int32)
    raise<TypeError>("repeat_interleave: repeats: expected dtype int64 or int32, got ", repeats.dtype());
  if (repeats.numel() != 1 && repeats.shape() != Shape{n})
    raise<ValueError>("repeat_interleave: expected one number of repeats or ", n, ", got shape ", repeats.shape());
  if (contains(repeats < 0, true)) raise<ValueError>("repeat_interleave: expected repeats >= 0");
  if (repeats.numel() == 1) {
    if (repeats.item<int64_t>() == 1) return clone(x);
    Shape shape = x.shape();
    shape[a] *= repeats.item<int64_t>();
    const Halves halves(x.shape(), a + 1);
    return contiguous(repeat_rows(x, halves.before, halves.from, repeats.item<int64_t>(), shape));
  }
  const Tensor times = contiguous(to(repeats, DType::Int64));
  const Tensor index = empty({sum(times).item<int64_t>()}, DType::Int64);
  int64_t* end = index.data<int64_t>();
  for (int64_t i = 0; i < n; ++i) end = std::fill_n(end, times.data<int64_t>()[i], i);
  return index_select(x, a, index);
}

}  // namespace dlcore
