#pragma once

#include "dlcore/dtype.h"
#include "kernels/window_axis.h"

// Of contiguous planes in two dimensions: x (M, H, W), columns (M, KH, KW, OH, OW).
namespace dlcore::kernels {

// columns[m, k, l, i, j] = x[m, h.at(i, k), w.at(j, l)], 0 outside.
void im2col(DType dtype, const Windows& of, const void* x, void* columns);
// The transpose: x[m, h.at(i, k), w.at(j, l)] += columns[m, k, l, i, j].
void col2im(DType dtype, const Windows& of, const void* columns, void* x);

}  // namespace dlcore::kernels
