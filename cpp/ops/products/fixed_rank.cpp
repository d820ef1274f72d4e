#include "ops/products/product.h"

// matmul for operands whose number of dimensions is part of the op's meaning.
namespace dlcore {
namespace {

void check_rank(const char* op, const char* name, const Tensor& x, int ndim) {
  if (x.ndim() != ndim) raise<ValueError>(op, ": ", name, ": expected ", ndim, " dimensions, got shape ", x.shape());
}

// beta x + alpha a b, for a product of this shape.
Tensor scaled_sum(const char* op, const Tensor& x, const Tensor& a, const Tensor& b, const Shape& shape, double beta,
                  double alpha) {
  if (x.dtype() != a.dtype()) raise<TypeError>(op, ": expected one dtype, got ", x.dtype(), " and ", a.dtype());
  if (!is_floating(x.dtype())) raise<TypeError>(op, ": expected a floating dtype, got ", x.dtype());
  if (broadcast_shapes(op, x.shape(), shape) != shape)
    raise<ValueError>(op, ": input of shape ", x.shape(), " does not broadcast to ", shape);
  const Tensor product = matmul_for(op, a, b);
  const Tensor scaled = alpha == 1 ? product : product * alpha;
  if (beta == 0) return scaled;  // also where input holds NaN, as in BLAS
  return scaled + (beta == 1 ? x : x * beta);
}

}  // namespace

Tensor mm(const Tensor& a, const Tensor& b) {
  check_rank("mm", "input", a, 2);
  check_rank("mm", "mat2", b, 2);
  return matmul_for("mm", a, b);
}

Tensor bmm(const Tensor& a, const Tensor& b) {
  check_rank("bmm", "input", a, 3);
  check_rank("bmm", "mat2", b, 3);
  if (a.size(0) != b.size(0))
    raise<ValueError>("bmm: expected batches of one size, got shapes ", a.shape(), " and ", b.shape());
  return matmul_for("bmm", a, b);
}

Tensor mv(const Tensor& a, const Tensor& v) {
  check_rank("mv", "input", a, 2);
  check_rank("mv", "vec", v, 1);
  return matmul_for("mv", a, v);
}

Tensor dot(const Tensor& u, const Tensor& v) {
  check_rank("dot", "input", u, 1);
  check_rank("dot", "tensor", v, 1);
  return matmul_for("dot", u, v);
}

Tensor outer(const Tensor& u, const Tensor& v) {
  check_rank("outer", "input", u, 1);
  check_rank("outer", "vec2", v, 1);
  return mul(unsqueeze(u, 1), v);
}

Tensor addmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha) {
  check_rank("addmm", "mat1", a, 2);
  check_rank("addmm", "mat2", b, 2);
  return scaled_sum("addmm", x, a, b, {a.size(0), b.size(1)}, beta, alpha);
}

Tensor baddbmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha) {
  check_rank("baddbmm", "batch1", a, 3);
  check_rank("baddbmm", "batch2", b, 3);
  if (a.size(0) != b.size(0))
    raise<ValueError>("baddbmm: expected batches of one size, got shapes ", a.shape(), " and ", b.shape());
  return scaled_sum("baddbmm", x, a, b, {a.size(0), a.size(1), b.size(2)}, beta, alpha);
}

}  // namespace dlcore
