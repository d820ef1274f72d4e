#include "ops/linalg/matrices.h"

namespace dlcore {

void check_square(const char* op, const char* name, const Tensor& x) {
  if (!is_floating(x.dtype())) raise<TypeError>(op, ": ", name, ": expected a floating dtype, got ", x.dtype());
  if (x.ndim() < 2 || rows_of(x) != columns_of(x))
    raise<ValueError>(op, ": ", name, ": expected square matrices (..., n, n), got shape ", x.shape());
}

Shape batch_of(const Tensor& x) {
  Shape batch;
  for (int d = 0; d < x.ndim() - 2; ++d) batch.push_back(x.size(d));
  return batch;
}

void check_answered(const char* op, int64_t failed, const Shape& batch, const char* what) {
  if (failed == kernels::kAll) return;
  if (batch.empty()) raise<LinAlgError>(op, ": the matrix ", what);
  Dims index = batch;
  for (int d = batch.size() - 1; d >= 0; --d) {
    index[d] = failed % batch[d];
    failed /= batch[d];
  }
  raise<LinAlgError>(op, ": the matrix at batch index ", index, " ", what);
}

}  // namespace dlcore
