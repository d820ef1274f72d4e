#pragma once

#include "kernels/conv/geometry.h"

// 3x3 convolutions in two dimensions of stride 1, dilation 1 and one group, by F(4x4, 3x3): NOTE [Winograd's
// algorithm]. float32 alone: in float64 the digits that it loses are wanted. Relative L2 error against float64, for
// normal data: below 2e-6 up to 512 channels. A NaN or an infinity spreads to the whole 4x4 tile of outputs, and to no
// other tile.
namespace dlcore::kernels::conv::winograd {

enum class Direction { kForward, kInputGradient, kWeightGradient };

// Whether the functions below can do it: any padding from 0 to 2, any size of output.
bool applies(const Geometry& of);
// Whether they are expected to take less time than the direct kernels, by sizes alone.
bool is_faster(const Geometry& of, Direction direction);

// y = x * w + bias; bias (C_out) or null.
void forward(const Geometry& of, const float* x, const float* w, const float* bias, float* y);
void input_gradient(const Geometry& of, const float* dy, const float* w, float* dx);
void weight_gradient(const Geometry& of, const float* x, const float* dy, float* dw);

}  // namespace dlcore::kernels::conv::winograd
