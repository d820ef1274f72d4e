#include "ops/linalg/matrices.h"

namespace dlcore {
namespace {

// sym(L^-T P L^-1), where P is the lower triangle of L^T dL with its diagonal halved (Murray 2016, Differentiation of
// the Cholesky decomposition, equation 10). The gradient is symmetric, though one half of X was read.
Tensor cholesky_backward(const Tensor& dy, const Tensor& l) {
  const int64_t n = rows_of(l);
  const Tensor half = tril(ones({n, n}, l.dtype())) - eye(n, n, l.dtype()) * 0.5;
  const Tensor p = mul(matmul(transposed(l), dy), half);
  const Tensor dx = solve_triangular(l, solve_triangular(transposed(l), p, true), false, /*left=*/false);
  return mul(add(dx, transposed(dx)), 0.5);
}

}  // namespace

Tensor cholesky(const Tensor& x, bool upper) {
  check_square("cholesky", "input", x);
  if (upper) return transposed(cholesky(transposed(x)));
  const Tensor y = empty(x.shape(), x.dtype());
  const Shape batch = batch_of(x);
  {
    const NoGrad off;
    const Tensor from = contiguous(x);
    check_answered("cholesky", kernels::cholesky(y.dtype(), from.data(), y.data(), numel_of(batch), rows_of(y)), batch,
                   "is not positive definite");
  }
  return record("cholesky", y, wrt(x, &cholesky_backward));
}

}  // namespace dlcore
