#pragma once

#include "dlcore/dtype.h"
#include "kernels/lanes.h"

namespace dlcore::kernels {

// y = e^x / sum(e^x) and y = x - ln(sum(e^x)) along each lane.
void softmax(DType dtype, const Lanes& lanes, const void* x, void* y);
void log_softmax(DType dtype, const Lanes& lanes, const void* x, void* y);
// dx = y (dy - sum(y dy)) and dx = dy - e^y sum(dy).
void softmax_backward(DType dtype, const Lanes& lanes, const void* dy, const void* y, void* dx);
void log_softmax_backward(DType dtype, const Lanes& lanes, const void* dy, const void* y, void* dx);

}  // namespace dlcore::kernels
