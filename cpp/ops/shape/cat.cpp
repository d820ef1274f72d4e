#include "kernels/copy.h"
#include "ops/result.h"

// Joining: each input is copied into its part of the result, run by run. The gradient is taken apart again.
namespace dlcore {
namespace {

DType common_dtype(std::span<const Tensor> xs) {
  DType dtype = xs[0].dtype();
  for (const Tensor& x : xs) dtype = promote_types(dtype, x.dtype());
  return dtype;
}

std::vector<Tensor> to_dtypes(std::vector<Tensor> dxs, const std::vector<DType>& dtypes) {
  for (size_t i = 0; i < dxs.size(); ++i) dxs[i] = to(dxs[i], dtypes[i]);
  return dxs;
}

std::vector<DType> dtypes_of(std::span<const Tensor> xs) {
  std::vector<DType> dtypes;
  for (const Tensor& x : xs) dtypes.push_back(x.dtype());
  return dtypes;
}

void copy_into(const Tensor& y, const Shape& shape, const Strides& strides, int64_t offset, const Tensor& x) {
  const Tensor target = view_of(y, shape, strides, offset);
  kernels::copy(y.dtype(), x.dtype(), loop_over(target, x));
}

}  // namespace

Tensor cat(std::span<const Tensor> all, int axis) {
  if (all.empty()) raise<ValueError>("cat: expected at least one tensor");
  // An empty 1-d tensor joins anything: it is how a list that will grow begins.
  std::vector<Tensor> xs;
  for (const Tensor& x : all) {
    if (x.shape() != Shape{0}) xs.push_back(x);
  }
  if (xs.empty()) xs.push_back(all[0]);

  const Shape& first = xs[0].shape();
  if (first.empty()) raise<ValueError>("cat: a 0-d tensor cannot be joined; use stack");
  const int a = normalize_axis("cat", axis, first);
  Shape shape = first;
  shape[a] = 0;
  std::vector<int64_t> sizes;
  for (const Tensor& x : xs) {
    Shape rest = x.shape();
    if (rest.size() == first.size()) rest[a] = first[a];
    if (rest != first) raise<ValueError>("cat: shapes ", first, " and ", x.shape(), " differ in more than axis ", a);
    shape[a] += x.size(a);
    sizes.push_back(x.size(a));
  }

  const Tensor y = empty(shape, common_dtype(all));
  int64_t start = 0;
  for (const Tensor& x : xs) {
    copy_into(y, x.shape(), y.strides(), start * y.strides()[a], x);
    start += x.size(a);
  }
  record_joint(
      "cat", {&y, 1}, xs,
      [a, sizes = std::move(sizes), dtypes = dtypes_of(xs)](std::span<const Tensor> dys, std::span<const bool>) {
        return to_dtypes(split(dys[0], sizes, a), dtypes);
      });
  return y;
}

Tensor stack(std::span<const Tensor> xs, int axis) {
  if (xs.empty()) raise<ValueError>("stack: expected at least one tensor");
  const Shape& first = xs[0].shape();
  for (const Tensor& x : xs) {
    if (x.shape() != first) raise<ValueError>("stack: shapes ", first, " and ", x.shape(), " differ");
  }
  const int n = first.size() + 1;
  if (axis < -n || axis >= n)
    raise<IndexError>("stack: axis ", axis, " is out of range for a new axis in shape ", first);
  const int a = axis < 0 ? axis + n : axis;
  Shape shape = first;
  shape.insert(a, static_cast<int64_t>(xs.size()));

  const Tensor y = empty(shape, common_dtype(xs));
  Strides strides = y.strides();
  strides.erase(a);
  for (size_t i = 0; i < xs.size(); ++i) copy_into(y, first, strides, static_cast<int64_t>(i) * y.strides()[a], xs[i]);
  record_joint("stack", {&y, 1}, xs, [a, dtypes = dtypes_of(xs)](std::span<const Tensor> dys, std::span<const bool>) {
    return to_dtypes(unbind(dys[0], a), dtypes);
  });
  return y;
}

Tensor hstack(std::span<const Tensor> xs) {
  std::vector<Tensor> rows;
  for (const Tensor& x : xs) rows.push_back(x.ndim() == 0 ? reshape(x, {1}) : x);
  return cat(rows, !rows.empty() && rows[0].ndim() > 1 ? 1 : 0);
}

Tensor vstack(std::span<const Tensor> xs) {
  std::vector<Tensor> rows;
  for (const Tensor& x : xs) rows.push_back(x.ndim() < 2 ? reshape(x, {1, x.numel()}) : x);
  return cat(rows, 0);
}

}  // namespace dlcore
