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

bool is_faster(const Geometry& of, Direction) { return applies(of); }

}  // namespace dlcore::kernels::conv::winograd
