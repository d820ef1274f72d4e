#include "dlcore/ops.h"

namespace dlcore {

Tensor flatten(const Tensor& x, int start_axis, int end_axis) {
  const int start = normalize_axis("flatten", start_axis, x.shape());
  const int end = normalize_axis("flatten", end_axis, x.shape());
  if (start > end)
    raise<ValueError>("flatten: axis ", start_axis, " comes after axis ", end_axis, " in shape ", x.shape());
  if (x.ndim() == 0) return reshape(x, {1});
  if (start == end) return x;
  Shape shape;
  int64_t joined = 1;
  for (int d = 0; d < x.ndim(); ++d) {
    if (d < start || d > end) {
      shape.push_back(x.size(d));
      continue;
    }
    joined *= x.size(d);
    if (d == end) shape.push_back(joined);
  }
  return reshape(x, shape);
}

Tensor unflatten(const Tensor& x, int axis, const Shape& sizes) {
  const int a = normalize_axis("unflatten", axis, x.shape());
  if (x.ndim() == 0) raise<ValueError>("unflatten: a 0-d tensor has no axis to divide");
  int64_t known = 1, unknown = 0;
  for (int64_t size : sizes) {
    unknown += size == -1;
    known *= size == -1 ? 1 : size;
  }
  const int64_t n = x.size(a);
  if (sizes.empty() || unknown > 1 || (unknown ? known <= 0 || n % known != 0 : known != n))
    raise<ValueError>("unflatten: axis ", a, " of size ", n, " does not divide into ", sizes);
  Shape shape;
  for (int d = 0; d < x.ndim(); ++d) {
    if (d != a) {
      shape.push_back(x.size(d));
      continue;
    }
    for (int64_t size : sizes) shape.push_back(size == -1 ? n / known : size);
  }
  return view(x, shape);
}

}  // namespace dlcore
