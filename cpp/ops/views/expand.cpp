#include "dlcore/ops.h"

namespace dlcore {

Tensor expand(const Tensor& x, const Shape& shape) {
  const int added = shape.size() - x.ndim();
  if (added < 0) raise<ValueError>("expand: a tensor of shape ", x.shape(), " has more dimensions than ", shape);
  Shape sizes = shape;
  Strides strides = Dims::filled(shape.size(), 0);
  for (int d = 0; d < shape.size(); ++d) {
    const int from = d - added;
    if (from >= 0 && sizes[d] == -1) sizes[d] = x.size(from);  // -1: keep this size
    if (sizes[d] < 0 || (from >= 0 && x.size(from) != 1 && x.size(from) != sizes[d]))
      raise<ValueError>("expand: a tensor of shape ", x.shape(), " does not expand to ", shape);
    if (from >= 0 && x.size(from) == sizes[d]) strides[d] = x.strides()[from];
  }
  return record("expand", view_of(x, sizes, strides),
                wrt(x, [from = x.shape()](const Tensor& dy) { return sum_to(dy, from); }));
}

}  // namespace dlcore
