#pragma once

#include "dlcore/shape.h"

namespace dlcore::kernels {

// How many of n bools are true; `before` receives, for each piece of the work, how many are true in those before it.
int64_t count_true(const bool* x, int64_t n, int64_t* before);
int64_t count_pieces(int64_t n);

// The coordinates of the true ones among contiguous bools, in order: y[k * row_step + axis * axis_step].
struct Coordinates {
  int64_t* data;
  int64_t row_step, axis_step;
};
void true_places(const bool* x, int64_t n, const Shape& shape, const int64_t* before, const Coordinates& y);

}  // namespace dlcore::kernels
