#include "dlcore/in_place.h"
#include "kernels/comparison.h"
#include "ops/binary.h"

namespace dlcore {
namespace {

Tensor checked_value(const char* op, const Tensor& x, const Tensor& mask, const Tensor& value) {
  if (mask.dtype() != DType::Bool) raise<TypeError>(op, ": mask: expected dtype bool, got ", mask.dtype());
  if (value.ndim() != 0) raise<ValueError>(op, ": expected a value with no dimensions, got shape ", value.shape());
  detail::check_kept_dtype(op, x, value.dtype());
  return to(value, x.dtype());
}

// y = mask ? value : x
Tensor fill(const char* op, const Tensor& y, const Tensor& x, const Tensor& mask, const Tensor& value) {
  kernels::where(x.dtype(), loop_over(y, mask, value, x));
  return record(op, y,
                wrt(x, [like = Like(x), m = Saved(mask)](const Tensor& dy) { return like(masked_fill(dy, m, 0)); }),
                wrt(value, [m = Saved(mask)](const Tensor& dy) { return sum(where(m, dy, 0)); }));
}

}  // namespace

Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value) {
  const Tensor number = checked_value("masked_fill", x, mask, value);
  return fill("masked_fill", empty(broadcast_shapes("masked_fill", x.shape(), mask.shape()), x.dtype()), x, mask,
              number);
}

const Tensor& masked_fill_(const Tensor& x, const Tensor& mask, const Tensor& value) {
  const Tensor number = checked_value("masked_fill_", x, mask, value);
  check_writable("masked_fill_", x);
  if (broadcast_shapes("masked_fill_", x.shape(), mask.shape()) != x.shape())
    raise<ValueError>("masked_fill_: a mask of shape ", mask.shape(), " does not broadcast to ", x.shape());
  const auto apart = [&](const Tensor& t) { return t.impl()->storage == x.impl()->storage ? clone(t) : t; };
  adopt_history(x, fill("masked_fill_", x.detach(), x, apart(mask), apart(number)));
  return x;
}

Tensor masked_select(const Tensor& x, const Tensor& mask) {
  if (mask.dtype() != DType::Bool) raise<TypeError>("masked_select: mask: expected dtype bool, got ", mask.dtype());
  const Shape shape = broadcast_shapes("masked_select", x.shape(), mask.shape());
  const Index picked{.kind = Index::Of, .tensor = expand(mask, shape)};
  return index(expand(x, shape), {&picked, 1});
}

}  // namespace dlcore
