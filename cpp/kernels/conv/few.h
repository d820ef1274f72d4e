#pragma once

#include "kernels/conv/correlation.h"

namespace dlcore::kernels::conv {

// Whether a result has so few channels per group that packing an image for them would take longer than the products.
template <class T>
bool has_few_rows(const Correlation& of);
template <class T>
void correlate_few(const Correlation& of, const T* x, const T* w, const T* bias, T* y);

}  // namespace dlcore::kernels::conv
