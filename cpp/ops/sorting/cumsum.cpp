#include "kernels/cumsum.h"

#include "ops/binary.h"
#include "ops/lanes.h"

namespace dlcore {
namespace {

// Its own transpose, but for the end it begins at.
Tensor scan(const char* op, const Tensor& x, int axis, bool from_the_end, DType out) {
  const Tensor from = contiguous(as_dtype(x.detach(), is_integral(out) ? DType::Int64 : out));
  const Tensor y = empty(x.shape(), from.dtype());
  kernels::cumsum(y.dtype(), lanes_along(y, axis), from_the_end, from.data(), y.data());
  return record(op, as_dtype(y, out), wrt(x, [axis, from_the_end, from = x.dtype()](const Tensor& dy) {
                  return to(scan("cumsum_backward", dy, axis, !from_the_end, dy.dtype()), from);
                }));
}

}  // namespace

Tensor cumsum(const Tensor& x, int axis, std::optional<DType> dtype) {
  const int a = normalize_axis("cumsum", axis, x.shape());
  return scan("cumsum", x, a, false, dtype.value_or(is_integral(x.dtype()) ? DType::Int64 : x.dtype()));
}

}  // namespace dlcore
