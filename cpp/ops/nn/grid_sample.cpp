#include "kernels/grid_sample.h"
#include "dlcore/nn.h"

#include "ops/result.h"

// NOTE [Derivatives of grid_sample]
// Write S_d for the map of an image to its samples, differentiated d[i] times along coordinate i of the grid. `sampled`
// computes S_d x and `spread` its transpose, S_d^T dy; both are one kernel with other weights. They are all that
// gradients of any order need, since the slope of S_d along coordinate i is S_(d + e_i):
//   y = S x:  dx = S^T dy,  dgrid_i = sum over channels of dy * S_i x.
// The first order has one fused kernel for both, whose own gradient is written in `sampled` and `spread`.
namespace dlcore {
namespace {

using kernels::GridSample;

Tensor sampled(const Tensor& x, const Tensor& grid, const GridSample& of);
Tensor spread(const Tensor& dy, const Tensor& grid, const GridSample& of, const Shape& x_shape);

GridSample along(GridSample of, int coordinate) {
  ++of.order[coordinate];
  return of;
}

Shape result_shape(const Tensor& x, const Tensor& grid) {
  Shape shape = x.shape();
  for (int d = 2; d < x.ndim(); ++d) shape[d] = grid.size(d - 1);
  return shape;
}

// Whether y is no function of some coordinate that it is differentiated by: no polynomial has a degree above 3.
bool vanishes(const GridSample& of) { return std::max({of.order[0], of.order[1], of.order[2]}) >= of.taps; }

void plus(Tensor& total, const Tensor& part) { total = total.defined() ? total + part : part; }

// sum over channels of dy * S_i x for each coordinate i, like grid.
Tensor slopes(const Tensor& dy, const Tensor& x, const Tensor& grid, const GridSample& of) {
  std::vector<Tensor> along_each;
  for (int i = 0; i < of.dims; ++i) along_each.push_back(sum(dy * sampled(x, grid, along(of, i)), Dims{1}));
  return stack(along_each, -1);
}

Tensor sampled(const Tensor& x, const Tensor& grid, const GridSample& of) {
  if (vanishes(of)) return zeros(result_shape(x, grid), x.dtype());
  const Tensor y = empty(result_shape(x, grid), x.dtype());
  kernels::grid_sample(x.dtype(), of, x.data(), grid.data(), y.data());
  return record(
      "grid_sample", y,
      wrt(x, [grid = Saved(grid), of,
              shape = x.shape()](const Tensor& dy) { return spread(contiguous(dy), grid, of, shape); }),
      wrt(grid, [x = Saved(x), grid = Saved(grid), of](const Tensor& dy) { return slopes(dy, x, grid, of); }));
}

Tensor spread(const Tensor& dy, const Tensor& grid, const GridSample& of, const Shape& x_shape) {
  if (vanishes(of)) return zeros(x_shape, dy.dtype());
  const Tensor dx = empty(x_shape, dy.dtype());
  kernels::grid_sample_spread(dy.dtype(), of, dy.data(), grid.data(), dx.data());
  return record("grid_sample_spread", dx,
                wrt(dy, [grid = Saved(grid), of](const Tensor& a) { return sampled(contiguous(a), grid, of); }),
                wrt(grid, [dy = Saved(dy), grid = Saved(grid), of](const Tensor& a) {
                  return slopes(dy, contiguous(a), grid, of);
                }));
}

// Gradients with respect to dy, x and grid of <a, dx> + <b, dgrid>; a may be undefined.
std::vector<Tensor> grid_sample_second(const Tensor& a_, const Tensor& b, const Tensor& dy, const Tensor& x,
                                       const Tensor& grid, const GridSample& of) {
  Tensor d_dy, d_x, d_grid;
  if (a_.defined()) {
    const Tensor a = contiguous(a_);
    d_dy = sampled(a, grid, of);
    d_grid = slopes(dy, a, grid, of);
  }
  for (int i = 0; b.defined() && i < of.dims; ++i) {
    const Tensor b_i = unsqueeze(select(b, -1, i), 1), along_i = dy * b_i;
    plus(d_dy, b_i * sampled(x, grid, along(of, i)));
    plus(d_x, spread(along_i, grid, along(of, i), x.shape()));
    plus(d_grid, slopes(along_i, x, grid, along(of, i)));
  }
  return {d_dy, d_x, d_grid};
}

// dx and dgrid, each where it is asked for.
std::vector<Tensor> grid_sample_backward(const Tensor& dy_, const Tensor& x, const Tensor& grid, const GridSample& of,
                                         std::span<const bool> needed) {
  const Tensor dy = contiguous(dy_);
  if (!needed[1]) return {spread(dy, grid, of, x.shape()), Tensor()};
  const bool both = needed[0];
  std::vector<Tensor> ys{empty_like(grid)};
  if (both) ys.push_back(empty_like(x));
  kernels::grid_sample_backward(x.dtype(), of, dy.data(), x.data(), grid.data(), both ? ys[1].data() : nullptr,
                                ys[0].data());
  const Tensor xs[] = {dy, x, grid};
  record_joint(
      "grid_sample_backward", ys, xs,
      [dy = Saved(dy), x = Saved(x), grid = Saved(grid), of](std::span<const Tensor> ddys, std::span<const bool>) {
        return grid_sample_second(ddys.size() == 2 ? ddys[1] : Tensor(), ddys[0], dy, x, grid, of);
      });
  return {both ? ys[1] : Tensor(), ys[0]};
}

int taps_of(std::string_view mode) {
  if (mode == "nearest") return 1;
  if (mode == "bilinear") return 2;
  if (mode == "bicubic") return 4;
  raise<ValueError>("grid_sample: mode: expected 'bilinear', 'nearest' or 'bicubic', got '", mode, "'");
}

kernels::Padding padding_of(std::string_view mode) {
  if (mode == "zeros") return kernels::Padding::Zeros;
  if (mode == "border") return kernels::Padding::Border;
  if (mode == "reflection") return kernels::Padding::Reflection;
  raise<ValueError>("grid_sample: padding_mode: expected 'zeros', 'border' or 'reflection', got '", mode, "'");
}

GridSample checked(const Tensor& x, const Tensor& grid, std::string_view mode, std::string_view padding_mode,
                   bool align_corners) {
  GridSample of{taps_of(mode), padding_of(padding_mode), align_corners, x.ndim() - 2, {1, 1, 1}, 0, 0, 1, {}};
  if (!is_floating(x.dtype())) raise<TypeError>("grid_sample: expected an input of a floating dtype, got ", x.dtype());
  if (grid.dtype() != x.dtype())
    raise<TypeError>("grid_sample: grid: expected the input's dtype ", x.dtype(), ", got ", grid.dtype());
  if (x.ndim() != 4 && x.ndim() != 5)
    raise<ValueError>("grid_sample: expected an input (N, C, H, W) or (N, C, D, H, W), got shape ", x.shape());
  if (of.taps == 4 && of.dims == 3)
    raise<ValueError>("grid_sample: mode 'bicubic' takes an input (N, C, H, W), got shape ", x.shape());
  if (grid.ndim() != x.ndim() || grid.size(0) != x.size(0) || grid.size(-1 + grid.ndim()) != of.dims)
    raise<ValueError>("grid_sample: grid: expected shape (", x.size(0), of.dims == 3 ? ", D" : "", ", H, W, ", of.dims,
                      ") for an input of shape ", x.shape(), ", got ", grid.shape());
  of.N = x.size(0);
  of.C = x.size(1);
  for (int i = 0; i < of.dims; ++i) {
    of.sizes[i] = x.size(x.ndim() - 1 - i);
    of.P *= grid.size(1 + i);
    if (of.sizes[i] < 1 || of.sizes[i] > INT32_MAX - 16)
      raise<ValueError>("grid_sample: expected sizes of 1 to ", INT32_MAX - 16, " to sample from, got shape ",
                        x.shape());
  }
  return of;
}

}  // namespace

Tensor grid_sample(const Tensor& x_, const Tensor& grid_, std::string_view mode, std::string_view padding_mode,
                   bool align_corners) {
  const GridSample of = checked(x_, grid_, mode, padding_mode, align_corners);
  const Tensor x = contiguous(x_), grid = contiguous(grid_), y = empty(result_shape(x, grid), x.dtype());
  kernels::grid_sample(x.dtype(), of, x.data(), grid.data(), y.data());
  return record_joint(
      "grid_sample", y, {x, grid},
      [x = Saved(x), grid = Saved(grid), of](std::span<const Tensor> dys, std::span<const bool> needed) {
        return grid_sample_backward(dys[0], x, grid, of, needed);
      });
}

}  // namespace dlcore
