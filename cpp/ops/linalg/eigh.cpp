#include "ops/linalg/matrices.h"

namespace dlcore {
namespace {

constexpr const char* kNoAnswer = "has elements that are not finite, or its eigenvalues did not converge";

// x or its transpose, whichever has the half to be read below the diagonal.
Tensor lower_half(const char* op, const Tensor& x, std::string_view uplo) {
  check_square(op, "A", x);
  if (uplo != "L" && uplo != "U") raise<ValueError>(op, ": expected UPLO 'L' or 'U', got '", uplo, "'");
  return uplo == "L" ? x : transposed(x);
}

// V (diag(dw) + F * (V^T dV)) V^T with F_ij = 1 / (w_j - w_i) off the diagonal (Giles 2008, Collected matrix derivative
// results, section 3.1), symmetrised. Eigenvectors have a gradient only where eigenvalues are distinct.
Tensor eigh_backward(const Tensor& dw, const Tensor& dv, const Tensor& w, const Tensor& v) {
  const Tensor one = eye(rows_of(v), rows_of(v), v.dtype());
  Tensor inner;
  if (dv.defined()) {
    const Tensor gaps = sub(unsqueeze(w, -2), unsqueeze(w, -1));
    inner = mul(div(sub(1, one), add(gaps, one)), matmul(transposed(v), dv));
  }
  if (dw.defined()) {
    const Tensor diagonal = mul(one, unsqueeze(dw, -1));
    inner = inner.defined() ? add(inner, diagonal) : diagonal;
  }
  const Tensor dx = matmul(matmul(v, inner), transposed(v));
  return mul(add(dx, transposed(dx)), 0.5);
}

}  // namespace

EigenvaluesAndEigenvectors eigh(const Tensor& a, std::string_view uplo) {
  const Tensor x = lower_half("eigh", a, uplo);
  const Shape batch = batch_of(x);
  Shape values = batch;
  values.push_back(rows_of(x));
  const Tensor ys[] = {empty(values, x.dtype()), empty(x.shape(), x.dtype())};
  {
    const NoGrad off;
    const Tensor from = contiguous(x);
    check_answered("eigh",
                   kernels::eigh(x.dtype(), from.data(), ys[0].data(), ys[1].data(), numel_of(batch), rows_of(x)),
                   batch, kNoAnswer);
  }
  record_joint("eigh", ys, {&x, 1},
               [](std::span<const Tensor> dys, std::span<const Tensor> results, std::span<const bool>) {
                 return std::vector<Tensor>{eigh_backward(dys[0], dys[1], results[0], results[1])};
               });
  return {ys[0], ys[1]};
}

Tensor eigvalsh(const Tensor& a, std::string_view uplo) {
  if (grad_enabled() && a.requires_grad()) return eigh(a, uplo).eigenvalues;  // its gradient needs the eigenvectors
  const NoGrad off;
  const Tensor x = contiguous(lower_half("eigvalsh", a, uplo));
  const Shape batch = batch_of(x);
  Shape shape = batch;
  shape.push_back(rows_of(x));
  const Tensor y = empty(shape, x.dtype());
  check_answered("eigvalsh", kernels::eigh(x.dtype(), x.data(), y.data(), nullptr, numel_of(batch), rows_of(x)), batch,
                 kNoAnswer);
  return y;
}

}  // namespace dlcore
