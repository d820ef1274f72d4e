#pragma once

#include "kernels/conv/correlation.h"

namespace dlcore::kernels::conv {

// The same as correlate, without packing the images; and whether that is expected to take less time, by sizes alone.
template <class T>
bool is_faster_direct(const Correlation& of);
template <class T>
void correlate_direct(const Correlation& of, const T* x, const T* w, const T* bias, T* y);

}  // namespace dlcore::kernels::conv
