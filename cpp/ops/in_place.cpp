#include "dlcore/in_place.h"

#include "ops/result.h"

namespace dlcore {
void detail::check_kept_dtype(const char* op, const Tensor& x, DType result) {
  if (kind_of(result) > kind_of(x.dtype()))
    raise<TypeError>(op, ": a result of dtype ", result, " cannot be kept in a tensor of dtype ", x.dtype());
}

const Tensor& detail::overwrite(const char* op, const Tensor& x, const Tensor& y) {
  if (y.shape() != x.shape())
    raise<ValueError>(op, ": a result of shape ", y.shape(), " cannot be kept in a tensor of shape ", x.shape());
  check_kept_dtype(op, x, y.dtype());
  return copy_(x, y);
}

}  // namespace dlcore
