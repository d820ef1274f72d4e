#pragma once

#include <cstdint>

#include "dlcore/dtype.h"

namespace dlcore::kernels {

// A grid over N images of `dims` (2 or 3) axes, of sizes[0] columns, sizes[1] rows and sizes[2] planes (1 of two axes):
//   grid[n, place, d] = theta[n, d, dims] + sum over axes a of theta[n, d, a] at[a][place on a]
// with theta (N, dims, dims + 1) and the coordinates at[a] of an axis's pixels, all of one dtype.
struct AffineGrid {
  int64_t N;
  int dims;
  int64_t sizes[3];
  const void* at[3];
};

void affine_grid(DType dtype, const AffineGrid& of, const void* theta, void* grid);
// dtheta[n, d, a] = sum over places of dgrid[n, place, d] at[a][place on a], or 1 for a = dims.
void affine_grid_backward(DType dtype, const AffineGrid& of, const void* dgrid, void* dtheta);

}  // namespace dlcore::kernels
