#include "kernels/copy.h"
#include "ops/result.h"

// Three linear ops on a strided region of a contiguous tensor; each is the gradient of another. They carry the history
// of views that were changed in place.
namespace dlcore {
namespace {

Tensor look_at(const Tensor& x, const Region& region) {
  return view_of(x, region.shape, region.strides, region.offset);
}

}  // namespace

Tensor as_strided(const Tensor& x, const Region& region) {
  if (!x.is_contiguous()) raise<ValueError>("as_strided: expected a contiguous tensor, got strides ", x.strides());
  int64_t last = region.offset;
  for (int d = 0; d < region.shape.size(); ++d) last += std::max<int64_t>(region.shape[d] - 1, 0) * region.strides[d];
  if (region.offset < 0 || (numel_of(region.shape) > 0 && last >= x.numel()))
    raise<IndexError>("as_strided: the region reaches element ", last, " of a tensor of shape ", x.shape());
  return record("as_strided", look_at(x, region),
                wrt(x, [shape = x.shape(), region](const Tensor& dy) { return place_region(dy, shape, region); }));
}

Tensor place_region(const Tensor& x, const Shape& shape, const Region& region) {
  const Tensor y = zeros(shape, x.dtype());
  const Tensor target = look_at(y, region);
  kernels::copy(x.dtype(), x.dtype(), loop_over(target, x));
  return record("place_region", y, wrt(x, [region](const Tensor& dy) { return as_strided(contiguous(dy), region); }));
}

Tensor zero_region(const Tensor& x, const Region& region) {
  const Tensor y = empty_like(x);
  kernels::copy(x.dtype(), x.dtype(), loop_over(y, x));
  const Tensor target = look_at(y, region);
  const int64_t zero = 0;  // all bits zero is zero in every dtype
  kernels::fill(x.dtype(), loop_over(target), &zero);
  return record("zero_region", y, wrt(x, [region](const Tensor& dy) { return zero_region(dy, region); }));
}

}  // namespace dlcore
