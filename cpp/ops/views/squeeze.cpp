#include "dlcore/ops.h"

namespace dlcore {
namespace {

Tensor reshaped(const char* name, const Tensor& x, const Shape& shape, const Strides& strides) {
  return record(name, view_of(x, shape, strides),
                wrt(x, [from = x.shape()](const Tensor& dy) { return reshape(dy, from); }));
}

}  // namespace

Tensor squeeze(const Tensor& x, const std::optional<Dims>& axes) {
  const Dims chosen = axes ? normalize_axes("squeeze", *axes, x.shape()) : Dims();
  Shape shape;
  Strides strides;
  for (int d = 0; d < x.ndim(); ++d) {
    if (x.size(d) == 1 && (!axes || chosen.contains(d))) continue;
    shape.push_back(x.size(d));
    strides.push_back(x.strides()[d]);
  }
  return reshaped("squeeze", x, shape, strides);
}

Tensor unsqueeze(const Tensor& x, int axis) {
  const int n = x.ndim() + 1;
  if (axis < -n || axis >= n)
    raise<IndexError>("unsqueeze: axis ", axis, " is out of range for a new axis in shape ", x.shape());
  Shape shape = x.shape();
  Strides strides = x.strides();
  const int at = axis < 0 ? axis + n : axis;
  shape.insert(at, 1);
  strides.insert(at, 0);
  return reshaped("unsqueeze", x, shape, strides);
}

}  // namespace dlcore
