#include "dlcore/ops.h"

namespace dlcore {

std::vector<Tensor> broadcast_tensors(std::span<const Tensor> xs) {
  Shape shape;
  for (const Tensor& x : xs) shape = broadcast_shapes("broadcast_tensors", shape, x.shape());
  std::vector<Tensor> ys;
  for (const Tensor& x : xs) ys.push_back(expand(x, shape));
  return ys;
}

}  // namespace dlcore
