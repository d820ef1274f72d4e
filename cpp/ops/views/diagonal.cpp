#include "dlcore/ops.h"

namespace dlcore {
namespace {

Region diagonal_region(const Shape& x_shape, const Strides& x_strides, int64_t offset, int a, int b) {
  const int64_t row = std::max<int64_t>(-offset, 0), column = std::max<int64_t>(offset, 0);
  const int64_t n = std::max<int64_t>(std::min(x_shape[a] - row, x_shape[b] - column), 0);
  Region y{x_shape, x_strides, n == 0 ? 0 : row * x_strides[a] + column * x_strides[b]};
  for (Dims* dims : {&y.shape, &y.strides}) {
    dims->erase(std::max(a, b));
    dims->erase(std::min(a, b));
  }
  y.shape.push_back(n);
  y.strides.push_back(x_strides[a] + x_strides[b]);
  return y;
}

}  // namespace

Tensor diagonal(const Tensor& x, int64_t offset, int axis0, int axis1) {
  const int a = normalize_axis("diagonal", axis0, x.shape()), b = normalize_axis("diagonal", axis1, x.shape());
  if (x.ndim() < 2 || a == b)
    raise<ValueError>("diagonal: expected two different axes, got ", axis0, " and ", axis1, " of shape ", x.shape());
  const Region region = diagonal_region(x.shape(), x.strides(), offset, a, b);
  return record("diagonal", view_of(x, region.shape, region.strides, region.offset),
                wrt(x, [shape = x.shape(), offset, a, b](const Tensor& dy) {
                  return place_region(dy, shape, diagonal_region(shape, contiguous_strides(shape), offset, a, b));
                }));
}

}  // namespace dlcore
