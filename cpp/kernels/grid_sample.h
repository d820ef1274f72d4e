#pragma once

#include "dlcore/dtype.h"

// Contiguous x (N, C, ..., H, W) read at the points of a grid (N, P, dims), whose last axis counts x, y, (z).
namespace dlcore::kernels {

enum class Padding { Zeros, Border, Reflection };

struct GridSample {
  int taps;  // per axis: 1 nearest, 2 linear, 4 cubic
  Padding padding;
  bool align_corners;
  int dims;          // 2, or 3 with at most 2 taps
  int64_t sizes[3];  // W, H, (D) of x, each below 2^31; 1 where there is no third
  int64_t N, C, P;   // P: points of one image
  int order[3];      // how many times y is differentiated along each coordinate of the grid

  int64_t plane() const { return sizes[0] * sizes[1] * sizes[2]; }
};

// y (N, C, P), or the derivative of it that `order` says.
void grid_sample(DType dtype, const GridSample& of, const void* x, const void* grid, void* y);
// dx like x: the transpose of the above as a map of x. Overwrites.
void grid_sample_spread(DType dtype, const GridSample& of, const void* dy, const void* grid, void* dx);
// The gradient with respect to the grid, like it, and dx too unless it is null. `order` is 0 here.
void grid_sample_backward(DType dtype, const GridSample& of, const void* dy, const void* x, const void* grid, void* dx,
                          void* dgrid);

}  // namespace dlcore::kernels
