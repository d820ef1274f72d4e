#include <cmath>
#include <limits>

#include "kernels/extremes.h"
#include "ops/binary.h"

namespace dlcore {
namespace {

// The limit of a side that has none.
Tensor no_limit(DType dtype, bool upper) {
  const Tensor limit = empty({}, dtype);
  visit(dtype, [&]<class T>() {
    using Limits = std::numeric_limits<T>;
    if constexpr (std::is_floating_point_v<T>) {
      *limit.data<T>() = upper ? Limits::infinity() : -Limits::infinity();
    } else {
      *limit.data<T>() = upper ? Limits::max() : Limits::lowest();
    }
  });
  return limit;
}

// A step in x: the second gradient is zero.
Tensor clamp_backward(const Tensor& dy, const Tensor& x, double low, double high) {
  const Tensor dx = empty_like(dy);
  kernels::clamp_backward(dy.dtype(), loop_over(dx, dy, as_dtype(x, dy.dtype())), low, high);
  return record("clamp_backward", dx,
                wrt(dy, [x = Saved(x), low, high](const Tensor& ddx) { return clamp_backward(ddx, x, low, high); }));
}

Tensor clamp_numbers(const Tensor& x, const Tensor& low, const Tensor& high, DType dtype) {
  const Tensor y = empty(x.shape(), dtype);
  kernels::clamp_numbers(dtype, loop_over(y, as_dtype(x, dtype)), low.data(), high.data());
  return record("clamp", y, wrt(x, [like = Like(x), x = Saved(x), a = low.item(), b = high.item()](const Tensor& dy) {
                  return like(clamp_backward(dy, x, a, b));
                }));
}

// Between tensors: x has the gradient where it lies between them, borders included; elsewhere the limit in force has
// it.
Tensor clamp_tensors(const Tensor& x, const Tensor& low, const Tensor& high, DType dtype) {
  const Shape limits = broadcast_shapes("clamp", low.shape(), high.shape());
  const Tensor y = empty(broadcast_shapes("clamp", x.shape(), limits), dtype);
  kernels::clamp(dtype, loop_over(y, as_dtype(x, dtype), as_dtype(low, dtype), as_dtype(high, dtype)));
  const Saved sx(x), sl(low), sh(high);
  return record("clamp", y,
                wrt(x, [like = Like(x), sx, sl,
                        sh](const Tensor& dy) { return like(where(logical_and(ge(sx, sl), le(sx, sh)), dy, 0)); }),
                wrt(low, [like = Like(low), sx, sl,
                          sh](const Tensor& dy) { return like(where(logical_and(lt(sx, sl), lt(sl, sh)), dy, 0)); }),
                wrt(high, [like = Like(high), sx, sl, sh](const Tensor& dy) {
                  return like(where(logical_or(gt(sx, sh), lt(sh, sl)), dy, 0));
                }));
}

}  // namespace

Tensor clamp(const Tensor& x, const Tensor& min, const Tensor& max) {
  if (!min.defined() && !max.defined()) raise<ValueError>("clamp: expected min, max or both");
  DType dtype = x.dtype();
  if (min.defined()) dtype = promote_types(dtype, result_type(x, min));
  if (max.defined()) dtype = promote_types(dtype, result_type(x, max));
  if (dtype == DType::Bool) raise<TypeError>("clamp: expected numbers, got dtype bool");
  const Tensor low = min.defined() ? min : no_limit(dtype, false), high = max.defined() ? max : no_limit(dtype, true);
  const auto number = [](const Tensor& limit) {
    return limit.ndim() == 0 && !limit.requires_grad() && !std::isnan(limit.item());
  };
  if (number(low) && number(high)) return clamp_numbers(x, as_dtype(low, dtype), as_dtype(high, dtype), dtype);
  return clamp_tensors(x, low, high, dtype);
}

}  // namespace dlcore
