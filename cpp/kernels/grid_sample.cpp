#include "kernels/grid_sample.h"

#include <cstring>

#include "kernels/sampling/paths.h"

namespace dlcore::kernels {

void grid_sample(DType dtype, const GridSample& of, const void* x, const void* grid, void* y) {
  if (of.N * of.C * of.P == 0) return;
  sampling::planes::forward(dtype, of, x, grid, y);
}

void grid_sample_spread(DType dtype, const GridSample& of, const void* dy, const void* grid, void* dx) {
  if (of.N * of.C == 0) return;
  sampling::planes::spread(dtype, of, dy, grid, dx);
}

void grid_sample_backward(DType dtype, const GridSample& of, const void* dy, const void* x, const void* grid, void* dx,
                          void* dgrid) {
  if (dx) grid_sample_spread(dtype, of, dy, grid, dx);
  if (of.N * of.P == 0) return;
  if (of.taps == 1 || of.C == 0) {
    std::memset(dgrid, 0, of.N * of.P * of.dims * item_size(dtype));
  } else {
    sampling::planes::slopes(dtype, of, dy, x, grid, dgrid);
  }
}

}  // namespace dlcore::kernels
