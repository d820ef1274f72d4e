#include "kernels/conv/winograd.h"
#include "kernels/conv/winograd_layer.h"

namespace dlcore::kernels::conv::winograd {

bool applies(const Geometry& of) {
  for (int axis = 0; axis < 3; ++axis) {
    if (of.kernel[axis] != (axis == 0 ? 1 : 3) || of.stride[axis] != 1 || of.dilation[axis] != 1) return false;
    if (of.padding[axis] < 0 || of.padding[axis] > (axis == 0 ? 0 : 2)) return false;
  }
  return of.groups == 1 && of.input[0] == 1 && of.output[0] == 1 && of.C_in > 0;
}

namespace {

// Of a direct convolution: products at the share of the limit that they reach on images of usual size, and packing of
// weights, which is most of the time where images are small. Its gradient to the weights is made of whole vectors of
// outputs, and takes longer to start and to end.
constexpr double kShare = 0.7, kPerWeight = 1.5, kPerWeightGradient = 6;  // cycles

double direct_cycles(const Layer& of, Direction direction) {
  const bool to_weights = direction == Direction::kWeightGradient;
  const double pixels = static_cast<double>(of.N * of.OH * of.OW), inputs = static_cast<double>(of.C_in),
               outputs = static_cast<double>(to_weights ? round_up(of.C_out, kW) : of.C_out);
  return 9 * inputs * outputs *
         (pixels / (kShare * cycles::kPerCycle) + (to_weights ? kPerWeightGradient : kPerWeight));
}

}  // namespace

bool is_faster(const Geometry& of, Direction direction) {
  if (!applies(of)) return false;
  const Layer layer = direction == Direction::kInputGradient ? Layer::of(of).turned() : Layer::of(of);
  const double ours = direction == Direction::kWeightGradient ? weight_gradient_cycles(layer) : forward_cycles(layer);
  return ours < direct_cycles(layer, direction);
}

}  // namespace dlcore::kernels::conv::winograd
