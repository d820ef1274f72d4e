#include "kernels/copy.h"
#include "ops/result.h"

namespace dlcore {
namespace {

int64_t modulo(int64_t shift, int64_t n) { return n == 0 ? 0 : (shift % n + n) % n; }

// Along each axis, x is two blocks that change places: the blocks from `axis` on are copied, within those chosen so
// far.
void copy_blocks(const Tensor& y, const Tensor& x, const Dims& shifts, int axis) {
  while (axis < x.ndim() && shifts[axis] == 0) ++axis;
  if (axis == x.ndim()) {
    kernels::copy(y.dtype(), x.dtype(), loop_over(y, x));
    return;
  }
  const int64_t n = x.size(axis), shift = shifts[axis];
  copy_blocks(narrow(y, axis, shift, n - shift), narrow(x, axis, 0, n - shift), shifts, axis + 1);
  copy_blocks(narrow(y, axis, 0, shift), narrow(x, axis, n - shift, shift), shifts, axis + 1);
}

}  // namespace

Tensor roll(const Tensor& x, const Dims& shifts, const std::optional<Dims>& axes) {
  if (!axes) {
    if (shifts.size() != 1)
      raise<ValueError>("roll: expected one shift for the flattened input, got ", shifts, "; pass dims");
    return reshape(roll(reshape(x, {x.numel()}), shifts, Dims{0}), x.shape());
  }
  if (axes->size() != shifts.size())
    raise<ValueError>("roll: expected as many shifts as dims, got ", shifts, " and ", *axes);
  Dims along = Dims::filled(x.ndim(), 0), back = along;
  for (int i = 0; i < shifts.size(); ++i) {
    const int a = normalize_axis("roll", (*axes)[i], x.shape());
    if (x.ndim() > 0) along[a] = modulo(along[a] + modulo(shifts[i], x.size(a)), x.size(a));
  }
  Dims all;
  for (int d = 0; d < x.ndim(); ++d) {
    all.push_back(d);
    back[d] = -along[d];
  }
  const Tensor y = empty(x.shape(), x.dtype());
  copy_blocks(y, x.detach(), along, 0);
  return record("roll", y, wrt(x, [back, all](const Tensor& dy) { return roll(dy, back, all); }));
}

}  // namespace dlcore
