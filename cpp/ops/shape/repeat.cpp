#include "dlcore/ops.h"

// Copies side by side: a view in which x repeats, then copied.
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

int64_t counted(int64_t size, int64_t times) {
  int64_t n = 0;
  if (__builtin_mul_overflow(size, times, &n))
    raise<OutOfMemory>("repeat: ", times, " times ", size, " elements are more than can be addressed");
  return n;
}

void check_repeats(const char* op, const Dims& repeats) {
  for (int64_t r : repeats) {
    if (r < 0) raise<ValueError>(op, ": expected repeats >= 0, got ", repeats);
  }
}

// In one pass, where an axis more for each that is repeated is not too many.
Tensor repeat_at_once(const Tensor& x, const Dims& repeats, const Shape& shape) {
  Shape single, repeated;
  for (int d = 0; d < x.ndim(); ++d) {
    if (repeats[d] != 1) {
      single.push_back(1);
      repeated.push_back(repeats[d]);
    }
    single.push_back(x.size(d));
    repeated.push_back(x.size(d));
  }
  return reshape(expand(reshape(x, single), repeated), shape);
}

// Axis by axis, from the last to the first, so that all passes but the last one are over less than the result.
Tensor repeat_one_by_one(const Tensor& x, const Dims& repeats) {
  Tensor y = x;
  Shape shape = x.shape();
  for (int d = shape.size() - 1; d >= 0; --d) {
    if (repeats[d] == 1) continue;
    const Halves halves(shape, d);
    shape[d] *= repeats[d];
    y = repeat_rows(y, halves.before, halves.from, repeats[d], shape);
  }
  return y;
}

Tensor repeat_axes(const Tensor& x, const Dims& repeats) {
  Shape from = x.shape();
  while (from.size() < repeats.size()) from.insert(0, 1);
  Shape shape = from;
  int repeated = 0;
  for (int d = 0; d < shape.size(); ++d) {
    shape[d] = counted(from[d], repeats[d]);
    repeated += repeats[d] != 1;
  }
  numel_of(shape);  // can be counted
  const Tensor all = reshape(x, from);
  if (repeated == 0) return clone(all);
  return contiguous(from.size() + repeated <= kMaxDims ? repeat_at_once(all, repeats, shape)
                                                       : repeat_one_by_one(all, repeats));
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
    shape[a] = counted(n, repeats.item<int64_t>());
    numel_of(shape);  // can be counted
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
