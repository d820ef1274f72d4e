#pragma once

#include "kernels/grid_sample.h"

// The two ways to do it; grid_sample.cpp chooses.
namespace dlcore::kernels::sampling {

// Plane by plane where x lies: nothing is prepared, so few points cost little.
namespace planes {
void forward(DType dtype, const GridSample& of, const void* x, const void* grid, void* y);
void spread(DType dtype, const GridSample& of, const void* dy, const void* grid, void* dx);
void slopes(DType dtype, const GridSample& of, const void* dy, const void* x, const void* grid, void* dgrid);
}  // namespace planes

// With the channels side by side, in a copy of x: for linear and cubic taps at many points. dx or dgrid may be null,
// and x with dgrid.
namespace pixels {
void forward(DType dtype, const GridSample& of, const void* x, const void* grid, void* y);
void backward(DType dtype, const GridSample& of, const void* dy, const void* x, const void* grid, void* dx,
              void* dgrid);
}  // namespace pixels

// f.operator()<K, D>() for the taps per axis and the axes of `of`.
template <class F>
void with_taps(const GridSample& of, F f) {
  if (of.dims == 3) {
    if (of.taps == 1) return f.template operator()<1, 3>();
    return f.template operator()<2, 3>();
  }
  if (of.taps == 1) return f.template operator()<1, 2>();
  if (of.taps == 2) return f.template operator()<2, 2>();
  return f.template operator()<4, 2>();
}

}  // namespace dlcore::kernels::sampling
