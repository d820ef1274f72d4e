#include "kernels/copy.h"

#include "ops/result.h"

namespace dlcore {
namespace {

Tensor copied(const Tensor& x, DType dtype) {
  const Tensor y = empty(x.shape(), dtype);
  kernels::copy(dtype, x.dtype(), loop_over(y, x));
  return y;
}

}  // namespace

Tensor clone(const Tensor& x) {
  return record("clone", copied(x, x.dtype()), wrt(x, [](const Tensor& dy) { return dy; }));
}

Tensor contiguous(const Tensor& x) { return x.is_contiguous() ? x : clone(x); }

Tensor to(const Tensor& x, DType dtype) {
  if (x.dtype() == dtype && !x.is_weak()) return x;
  return record("to", copied(x, dtype), wrt(x, [from = x.dtype()](const Tensor& dy) { return to(dy, from); }));
}

const Tensor& copy_(const Tensor& x, const Tensor& source) {
  check_writable("copy_", x);
  if (broadcast_shapes("copy_", x.shape(), source.shape()) != x.shape())
    raise<ValueError>("copy_: a source of shape ", source.shape(), " does not broadcast to ", x.shape());
  // Source and destination may be views of the same memory.
  const bool overlaps = x.impl()->storage == source.impl()->storage && !x.is(source);
  const Tensor from = overlaps ? clone(source) : source;
  kernels::copy(x.dtype(), from.dtype(), loop_over(x, from.detach()));
  adopt_history(x, from.requires_grad() ? to(expand(from, x.shape()), x.dtype()) : from);
  return x;
}

const Tensor& fill_(const Tensor& x, const Tensor& value) {
  check_writable("fill_", x);
  if (value.numel() != 1) raise<ValueError>("fill_: expected one value, got shape ", value.shape());
  return copy_(x, value);
}

const Tensor& zero_(const Tensor& x) {
  check_writable("zero_", x);
  return copy_(x, 0);
}

}  // namespace dlcore
