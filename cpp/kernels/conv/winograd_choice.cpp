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

bool is_faster(const Geometry& of, Direction direction) {
  if (!applies(of)) return false;
  const Layer layer = direction == Direction::kInputGradient ? Layer::of(of).turned() : Layer::of(of);
  // Of a direct convolution: its products at the share of the limit that they reach, in whole vectors of outputs.
  const double directly = 9.0 * static_cast<double>(layer.N * layer.OH * layer.OW) * static_cast<double>(layer.C_in) *
                          static_cast<double>(round_up(layer.C_out, kW)) / (0.85 * cycles::kPerCycle);
  return (direction == Direction::kWeightGradient ? weight_gradient_cycles(layer) : forward_cycles(layer)) < directly;
}

}  // namespace dlcore::kernels::conv::winograd
