#pragma once

#include "dlcore/dtype.h"

// Convolution in which each output channel sees one input channel, over contiguous memory. Output channel
// c * multiplier + m is input channel c under its own kernel; C = 1 is any convolution of one channel. One dimension is
// height 1.
namespace dlcore::kernels {

// x (N, C, H, W), w (C * multiplier, KH, KW), b (C * multiplier), y (N, C * multiplier, OH, OW). Where a kernel reaches
// beyond x there are zeros, so padding counts above and left alone, and OH and OW say what there is below and right.
struct Depthwise {
  int64_t N, C, multiplier;
  int64_t H, W, OH, OW;
  int64_t KH, KW;
  int64_t stride_h, stride_w;
  int64_t padding_h, padding_w;  // >= 0
  int64_t dilation_h, dilation_w;
};

// y[n, cm, i, j] = b[cm] + sum over k, l of w[cm, k, l] x[n, c, i stride_h + k dilation_h - padding_h, ...]. b may be
// null.
void depthwise(DType dtype, const Depthwise& of, const void* x, const void* w, const void* b, void* y);
// The gradients: dx of x's shape, dw of w's.
void depthwise_input_gradient(DType dtype, const Depthwise& of, const void* dy, const void* w, void* dx);
void depthwise_weight_gradient(DType dtype, const Depthwise& of, const void* dy, const void* x, void* dw);

}  // namespace dlcore::kernels
