#include "ops/sorting/chosen.h"

namespace dlcore {

ValuesAndIndices chosen(const char* op, const Tensor& x, int axis, ValuesAndIndices taken) {
  record(op, taken.values, wrt(x, [axis, shape = x.shape(), indices = Saved(taken.indices)](const Tensor& dy) {
           return shape.empty() ? dy : scatter_add(zeros(shape, dy.dtype()), axis, indices, dy);
         }));
  return taken;
}

}  // namespace dlcore
