#pragma once

#include <cstdint>

#include "dlcore/dtype.h"

namespace dlcore::kernels {

// Rows of logits x (rows, classes), contiguous, with one class index t per row:
//   loss = (1 - s) w[t] (z - x[t]) + s / classes * sum_c w[c] (z - x[c]),   z = log sum_c exp(x[c]),
// with class weights w (null: ones) and label smoothing s; a row whose t is `ignored` has loss and weight 0.
struct CrossEntropy {
  int64_t rows, classes;
  const int64_t* target;
  const void* weight;  // of the dtype of x, or null
  double smoothing;
  int64_t ignored;
};

// loss, weight (w[t], for the mean) and z: one number per row.
void cross_entropy(DType dtype, const CrossEntropy& of, const void* x, void* loss, void* weight, void* z);
// dx = dy * d loss / dx, with dy of the given stride (0: the same for all rows).
void cross_entropy_backward(DType dtype, const CrossEntropy& of, const void* x, const void* z, const void* dy,
                            int64_t dy_stride, void* dx);

}  // namespace dlcore::kernels
