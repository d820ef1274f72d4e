#include "kernels/grid_sample.h"

#include <cstring>

#include "kernels/sampling/paths.h"

namespace dlcore::kernels {

namespace {

// Whether to lay the channels side by side. It costs a copy of x, and of dx the other way, so there must be points
// enough for it; of one or two channels, all but cubic taps are read faster where they lie. Figures in bench/NOTES.md.
bool side_by_side(const GridSample& of, int64_t channels) {
  constexpr int64_t kFrame = 8, kWidest = 16, kMost = int64_t{1} << 31;  // places in it are of 32 bits
  int64_t frame = kWidest;
  for (int d = 0; d < of.dims; ++d) frame *= of.sizes[d] + kFrame;
  return frame < kMost && of.taps > 1 && (of.taps == 4 || of.C >= channels) && of.P * 3 >= of.plane();
}

}  // namespace

void grid_sample(DType dtype, const GridSample& of, const void* x, const void* grid, void* y) {
  if (of.N * of.C * of.P == 0) return;
  if (side_by_side(of, 3)) return sampling::pixels::forward(dtype, of, x, grid, y);
  sampling::planes::forward(dtype, of, x, grid, y);
}

void grid_sample_spread(DType dtype, const GridSample& of, const void* dy, const void* grid, void* dx) {
  if (of.N * of.C == 0) return;
  if (side_by_side(of, 2)) return sampling::pixels::backward(dtype, of, dy, nullptr, grid, dx, nullptr);
  sampling::planes::spread(dtype, of, dy, grid, dx);
}

void grid_sample_backward(DType dtype, const GridSample& of, const void* dy, const void* x, const void* grid, void* dx,
                          void* dgrid) {
  if (of.N * of.P > 0 && (of.taps == 1 || of.C == 0)) {
    std::memset(dgrid, 0, of.N * of.P * of.dims * item_size(dtype));
  } else if (of.N * of.P > 0) {
    if (side_by_side(of, 2)) return sampling::pixels::backward(dtype, of, dy, x, grid, dx, dgrid);
    sampling::planes::slopes(dtype, of, dy, x, grid, dgrid);
  }
  if (dx) grid_sample_spread(dtype, of, dy, grid, dx);
}

}  // namespace dlcore::kernels
