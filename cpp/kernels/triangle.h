#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

// Rows of matrices, of which a triangle stays and the rest becomes zero.
struct Triangle {
  Loop<2> rows;  // where rows of y (contiguous) and x start, matrix after matrix
  int64_t matrix_rows, columns;
  int64_t x_step;  // from one column of x to the next
  int64_t diagonal;
};
void tril(DType dtype, const Triangle& triangle);
void triu(DType dtype, const Triangle& triangle);

}  // namespace dlcore::kernels
