#include "dlcore/nn.h"

namespace dlcore {
namespace {

// Pixels of an axis: -1 and 1 are the centres of the outermost ones if align_corners, else their outer edges.
Tensor pixels(int64_t n, bool align_corners, DType dtype) {
  if (!align_corners) return to((arange(0, n, 1, DType::Float64) * 2 + 1) / n - 1, dtype);
  return n == 1 ? zeros({1}, dtype) : to(linspace(-1, 1, n, DType::Float64), dtype);
}

}  // namespace

Tensor affine_grid(const Tensor& theta, const Shape& size, bool align_corners) {
  const int dims = size.size() - 2;
  if (!is_floating(theta.dtype()))
    raise<TypeError>("affine_grid: expected theta of a floating dtype, got ", theta.dtype());
  if (dims != 2 && dims != 3)
    raise<ValueError>("affine_grid: size: expected (N, C, H, W) or (N, C, D, H, W), got ", size);
  if (theta.shape() != Shape{size[0], dims, dims + 1})
    raise<ValueError>("affine_grid: expected theta of shape ", Shape{size[0], dims, dims + 1}, " for a size of ", size,
                      ", got ", theta.shape());
  for (int d = 2; d < size.size(); ++d) {
    if (size[d] < 1) raise<ValueError>("affine_grid: size: expected at least one pixel, got ", size);
  }
  Shape places, shape{size[0]};
  for (int d = 2; d < size.size(); ++d) places.push_back(size[d]);
  std::vector<Tensor> columns;  // x, y, (z,) 1 of every pixel
  for (int d = dims - 1; d >= 0; --d) {
    Shape own = places;
    for (int i = 0; i < dims; ++i) own[i] = i == d ? places[d] : 1;
    columns.push_back(expand(reshape(pixels(places[d], align_corners, theta.dtype()), own), places));
  }
  columns.push_back(ones(places, theta.dtype()));
  for (int64_t n : places) shape.push_back(n);
  shape.push_back(dims);
  const Tensor base = reshape(stack(columns, -1), {numel_of(places), dims + 1});
  return reshape(matmul(base, transpose(theta, 1, 2)), shape);
}

}  // namespace dlcore
