#pragma once

#include "dlcore/dtype.h"
#include "kernels/window_axis.h"

// Of contiguous planes. A tap is a window's element by its number in the window, (k_d KH + k_h) KW + k_w. NaN is larger
// than every number; of equals the first is taken.
namespace dlcore::kernels {

inline constexpr int64_t kMostTaps = 255;  // for which they are bytes; larger windows are ranges (range_pool.h)

// y = the largest of each window; taps, uint8 (M, outputs), or null.
void max_pool(DType dtype, const Windows& of, const void* x, void* y, uint8_t* taps);
void max_pool_backward(DType dtype, const Windows& of, const void* dy, const uint8_t* taps, void* dx);
// Where in its plane each tap is.
void places_of_taps(const Windows& of, const uint8_t* taps, int64_t* places);

}  // namespace dlcore::kernels
