#pragma once

#include "kernels/conv/correlation.h"

namespace dlcore::kernels::conv {

// The weights of rows m ... m + rows - 1 and some channels of a group, one after the other for each channel and tap:
// (channels * taps, width).
template <class T>
void pack_weights(const Correlation& of, const T* w, int64_t group, int64_t m, int64_t rows, int64_t channel,
                  int64_t channels, T* packed, int64_t width);

}  // namespace dlcore::kernels::conv
