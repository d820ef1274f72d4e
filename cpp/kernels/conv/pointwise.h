#pragma once

#include "kernels/conv/geometry.h"

namespace dlcore::kernels::conv {

// Where each output meets one element of its own place (1x1), a convolution is a product of matrices for each image and
// group, W (C_out, C_in) X (C_in, places), and so are its gradients: W^T dY and dY X^T, summed over images.
bool is_pointwise(const Geometry& of);
// Whether its places fill the micro-kernel's columns, or there is but one image to fill them.
template <class T>
bool is_faster_pointwise(const Geometry& of);

template <class T>
void pointwise_forward(const Geometry& of, const T* x, const T* w, const T* bias, T* y);
template <class T>
void pointwise_input_gradient(const Geometry& of, const T* dy, const T* w, const T* bias, T* dx);
template <class T>
void pointwise_weight_gradient(const Geometry& of, const T* dy, const T* x, T* dw);

}  // namespace dlcore::kernels::conv
