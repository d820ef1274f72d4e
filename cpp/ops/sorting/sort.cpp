#include "kernels/sort.h"

#include "ops/result.h"
#include "ops/sorting/chosen.h"

namespace dlcore {
namespace {

// Rows are sorted where they are contiguous, so another axis is brought to the end and back.
Tensor with_rows(const Tensor& x, int axis) {
  const NoGrad off;
  return x.ndim() == 0 ? x.detach() : contiguous(movedim(x, {axis}, {-1}));
}
Tensor back(const Tensor& rows, int axis) {
  const NoGrad off;
  return rows.ndim() == 0 ? rows : contiguous(movedim(rows, {-1}, {axis}));
}

Shape with_last(const Shape& shape, int64_t size) {
  Shape out = shape;
  if (!out.empty()) out[out.size() - 1] = size;
  return out;
}

int64_t length(const Tensor& rows) { return rows.ndim() ? rows.size(rows.ndim() - 1) : 1; }
int64_t count(const Tensor& rows) { return rows.numel() / std::max<int64_t>(length(rows), 1); }

ValuesAndIndices sorted(const Tensor& x, int axis, bool descending) {
  const Tensor rows = with_rows(x, axis);
  const Tensor values = empty(rows.shape(), x.dtype()), indices = empty(rows.shape(), DType::Int64);
  kernels::sort(x.dtype(), count(rows), length(rows), descending, rows.data(), values.data(), indices.data<int64_t>());
  return {back(values, axis), back(indices, axis)};
}

}  // namespace

ValuesAndIndices sort(const Tensor& x, int axis_, bool descending) {
  const int axis = normalize_axis("sort", axis_, x.shape());
  return chosen("sort", x, axis, sorted(x, axis, descending));
}

Tensor argsort(const Tensor& x, int axis, bool descending) {
  return sorted(x, normalize_axis("argsort", axis, x.shape()), descending).indices;
}

ValuesAndIndices topk(const Tensor& x, int64_t k, int axis_, bool largest) {
  const int axis = normalize_axis("topk", axis_, x.shape());
  const int64_t n = x.ndim() ? x.size(axis) : 1;
  if (k < 0 || k > n || (x.ndim() == 0 && k == 0))
    raise<IndexError>("topk: k ", k, " is out of range for axis ", axis, " of shape ", x.shape());
  const Tensor rows = with_rows(x, axis);
  const Shape shape = with_last(rows.shape(), k);
  const Tensor values = empty(shape, x.dtype()), indices = empty(shape, DType::Int64);
  kernels::topk(x.dtype(), count(rows), n, k, largest, rows.data(), values.data(), indices.data<int64_t>());
  return chosen("topk", x, axis, {back(values, axis), back(indices, axis)});
}

}  // namespace dlcore
