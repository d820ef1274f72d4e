#include "dlcore/ops.h"

// matmul for operands whose number of dimensions is part of the op's meaning.
namespace dlcore {
namespace {

void check_rank(const char* op, const char* name, const Tensor& x, int ndim) {
  if (x.ndim() != ndim) raise<ValueError>(op, ": ", name, ": expected ", ndim, " dimensions, got shape ", x.shape());
}

}  // namespace

Tensor mm(const Tensor& a, const Tensor& b) {
  check_rank("mm", "input", a, 2);
  check_rank("mm", "mat2", b, 2);
  return matmul(a, b);
}

Tensor bmm(const Tensor& a, const Tensor& b) {
  check_rank("bmm", "input", a, 3);
  check_rank("bmm", "mat2", b, 3);
  if (a.size(0) != b.size(0))
    raise<ValueError>("bmm: expected batches of one size, got shapes ", a.shape(), " and ", b.shape());
  return matmul(a, b);
}

Tensor mv(const Tensor& a, const Tensor& v) {
  check_rank("mv", "input", a, 2);
  check_rank("mv", "vec", v, 1);
  return matmul(a, v);
}

Tensor dot(const Tensor& u, const Tensor& v) {
  check_rank("dot", "input", u, 1);
  check_rank("dot", "tensor", v, 1);
  return matmul(u, v);
}

Tensor outer(const Tensor& u, const Tensor& v) {
  check_rank("outer", "input", u, 1);
  check_rank("outer", "vec2", v, 1);
  return mul(unsqueeze(u, 1), v);
}

Tensor addmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha) {
  check_rank("addmm", "mat1", a, 2);
  check_rank("addmm", "mat2", b, 2);
  if (x.dtype() != a.dtype()) raise<TypeError>("addmm: expected one dtype, got ", x.dtype(), " and ", a.dtype());
  if (is_integral(x.dtype()))
    raise<TypeError>("addmm: expected a floating dtype, got ", x.dtype());
  if (const Shape y{a.size(0), b.size(1)}; broadcast_shapes("addmm", x.shape(), y) != y)
    raise<ValueError>("addmm: input of shape ", x.shape(), " does not broadcast to ", y);
  const Tensor product = matmul(a, b);
  const Tensor scaled = alpha == 1 ? product : product * alpha;
  if (beta == 0) return scaled;  // also where input holds NaN, as in BLAS
  return scaled + (beta == 1 ? x : x * beta);
}

}  // namespace dlcore
