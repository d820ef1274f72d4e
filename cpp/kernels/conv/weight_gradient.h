#pragma once

#include "kernels/conv/geometry.h"

namespace dlcore::kernels::conv {

// dw[c, i, k] = sum over n, o of dy[n, c, o] x[n, i, o * stride - padding + k * dilation], and, unless db is null,
// db[c] = sum over n, o of dy[n, c, o].
template <class T>
void weight_gradient(const Geometry& of, const T* dy, const T* x, T* dw, T* db);

}  // namespace dlcore::kernels::conv
