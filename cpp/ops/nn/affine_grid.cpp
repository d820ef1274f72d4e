#include "kernels/affine_grid.h"
#include "dlcore/nn.h"

namespace dlcore {
namespace {

// Pixels of an axis: -1 and 1 are the centres of the outermost ones if align_corners, else their outer edges.
Tensor pixels(int64_t n, bool align_corners, DType dtype) {
  if (!align_corners) return to((arange(0, n, 1, DType::Float64) * 2 + 1) / n - 1, dtype);
  return n == 1 ? zeros({1}, dtype) : to(linspace(-1, 1, n, DType::Float64), dtype);
}

// Theta's gradient is linear in dgrid, as the grid is in theta: each is the gradient of the other.
struct Call {
  int64_t N;
  std::vector<Tensor> at;  // the coordinates of x, y, (z)
  Shape theta_shape, grid_shape;

  kernels::AffineGrid kernel() const {
    kernels::AffineGrid of{N, static_cast<int>(at.size()), {1, 1, 1}, {}};
    for (size_t a = 0; a < at.size(); ++a) {
      of.sizes[a] = at[a].numel();
      of.at[a] = at[a].data();
    }
    return of;
  }
};

Tensor grid_of(const Tensor& theta, const Call& call);

Tensor theta_of(const Tensor& dgrid, const Call& call) {
  const Tensor dtheta = empty(call.theta_shape, dgrid.dtype());
  kernels::affine_grid_backward(dgrid.dtype(), call.kernel(), contiguous(dgrid).data(), dtheta.data());
  return record("affine_grid_backward", dtheta,
                wrt(dgrid, [call](const Tensor& ddtheta) { return grid_of(ddtheta, call); }));
}

Tensor grid_of(const Tensor& theta, const Call& call) {
  const Tensor grid = empty(call.grid_shape, theta.dtype());
  kernels::affine_grid(theta.dtype(), call.kernel(), contiguous(theta).data(), grid.data());
  return record("affine_grid", grid, wrt(theta, [call](const Tensor& dgrid) { return theta_of(dgrid, call); }));
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
  Call call{size[0], {}, theta.shape(), {size[0]}};
  for (int d = size.size() - 1; d >= 2; --d) call.at.push_back(pixels(size[d], align_corners, theta.dtype()));
  for (int d = 2; d < size.size(); ++d) call.grid_shape.push_back(size[d]);
  call.grid_shape.push_back(dims);
  return grid_of(theta, call);
}

}  // namespace dlcore
