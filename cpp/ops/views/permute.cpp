#include "dlcore/ops.h"

namespace dlcore {

Tensor permute(const Tensor& x, const Dims& axes) {
  const Dims from = normalize_axes("permute", axes, x.shape());
  if (from.size() != x.ndim())
    raise<ValueError>("permute: expected ", x.ndim(), " axes for shape ", x.shape(), ", got ", axes);
  Shape shape;
  Strides strides;
  Dims inverse = from;
  for (int d = 0; d < from.size(); ++d) {
    shape.push_back(x.size(from[d]));
    strides.push_back(x.strides()[from[d]]);
    inverse[from[d]] = d;
  }
  return record("permute", view_of(x, shape, strides),
                wrt(x, [inverse](const Tensor& dy) { return permute(dy, inverse); }));
}

Tensor transpose(const Tensor& x, int axis0, int axis1) {
  const int a = normalize_axis("transpose", axis0, x.shape()), b = normalize_axis("transpose", axis1, x.shape());
  Shape shape = x.shape();
  Strides strides = x.strides();
  if (x.ndim() > 0) {
    std::swap(shape[a], shape[b]);
    std::swap(strides[a], strides[b]);
  }
  return record("transpose", view_of(x, shape, strides),
                wrt(x, [a, b](const Tensor& dy) { return transpose(dy, a, b); }));
}

}  // namespace dlcore
