#pragma once

#include "kernels/resample.h"

namespace dlcore {

enum class Resampling { Nearest, NearestExact, Linear, Cubic, Area };

// How m elements are made of n: the matrix (m, n). `scale` is how many of the n one of the m stands for, where
// align_corners has not the ends meet.
kernels::SparseRows resampling_rows(int64_t n, int64_t m, Resampling how, bool align_corners, double scale,
                                    bool antialias);

}  // namespace dlcore
