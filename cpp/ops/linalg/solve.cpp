#include "ops/linalg/matrices.h"

// Systems of equations. With A Y = B: dB = A^-T dY and dA = -dB Y^T (Giles 2008, Collected matrix derivative results,
// section 2.3.1); of a triangle, dA is that triangle.
namespace dlcore {
namespace {

void check(const char* op, const Tensor& a, const Tensor& b, bool left) {
  check_square(op, "A", a);
  if (b.dtype() != a.dtype())
    raise<TypeError>(op, ": expected A and B of one dtype, got ", a.dtype(), " and ", b.dtype());
  if (b.ndim() < 2 || (left ? rows_of(b) : columns_of(b)) != rows_of(a))
    raise<ValueError>(op, ": expected B of shape (..., ", left ? text(rows_of(a), ", k") : text("k, ", rows_of(a)),
                      ") for A of shape ", a.shape(), ", got ", b.shape());
}

// x repeated to the batch, as a kernel reads it.
Tensor to_batch(const Tensor& x, Shape batch) {
  batch.push_back(rows_of(x));
  batch.push_back(columns_of(x));
  return batch == x.shape() ? x : expand(x, batch);
}

// Both as batches of one shape.
std::pair<Tensor, Tensor> broadcast(const char* op, const Tensor& a, const Tensor& b) {
  const Shape batch = broadcast_shapes(op, batch_of(a), batch_of(b));
  return {to_batch(a, batch), to_batch(b, batch)};
}

// Of (..., n, n) and (..., n, k) with equal batches.
Tensor solve_left(const Tensor& a, const Tensor& b) {
  const Tensor y = empty(b.shape(), b.dtype());
  const Shape batch = batch_of(b);
  {
    const NoGrad off;
    const Tensor from = contiguous(a), right = contiguous(b);
    check_answered(
        "solve",
        kernels::solve(y.dtype(), from.data(), right.data(), y.data(), numel_of(batch), rows_of(y), columns_of(y)),
        batch, "is singular");
  }
  return record("solve", y,
                wrt(a,
                    [a = Saved(a)](const Tensor& dy, const Tensor& result) {
                      return neg(matmul(solve_left(transposed(a), dy), transposed(result)));
                    }),
                wrt(b, [a = Saved(a)](const Tensor& dy) { return solve_left(transposed(a), dy); }));
}

Tensor triangular_left(const Tensor& a, const Tensor& b, bool upper, bool unit) {
  const Tensor y = empty(b.shape(), b.dtype());
  const Shape batch = batch_of(b);
  {
    const NoGrad off;
    const Tensor from = contiguous(a), right = contiguous(b);
    check_answered("solve_triangular",
                   kernels::solve_triangular(y.dtype(), from.data(), right.data(), y.data(), numel_of(batch),
                                             rows_of(y), columns_of(y), upper, unit),
                   batch, "is singular");
  }
  return record("solve_triangular", y,
                wrt(a,
                    [a = Saved(a), upper, unit](const Tensor& dy, const Tensor& result) {
                      const Tensor db = triangular_left(transposed(a), dy, !upper, unit);
                      const Tensor da = neg(matmul(db, transposed(result)));
                      return upper ? triu(da, unit ? 1 : 0) : tril(da, unit ? -1 : 0);
                    }),
                wrt(b, [a = Saved(a), upper, unit](const Tensor& dy) {
                  return triangular_left(transposed(a), dy, !upper, unit);
                }));
}

// A vector for each matrix, rather than matrices.
bool is_vector(const Tensor& a, const Tensor& b) {
  Shape lead = a.shape();
  if (!lead.empty()) lead.erase(lead.size() - 1);
  return b.ndim() == 1 || b.shape() == lead;
}

}  // namespace

Tensor solve(const Tensor& a, const Tensor& b, bool left) {
  check_square("solve", "A", a);
  if (is_vector(a, b)) {
    if (!left) raise<ValueError>("solve: with left=False expected B of matrices, got shape ", b.shape());
    return squeeze(solve(a, unsqueeze(b, -1), left), Dims{-1});
  }
  check("solve", a, b, left);
  if (!left) return transposed(solve(transposed(a), transposed(b)));
  const auto [as, bs] = broadcast("solve", a, b);
  return solve_left(as, bs);
}

Tensor solve_triangular(const Tensor& a, const Tensor& b, bool upper, bool left, bool unitriangular) {
  check("solve_triangular", a, b, left);
  if (!left) return transposed(solve_triangular(transposed(a), transposed(b), !upper, true, unitriangular));
  const auto [as, bs] = broadcast("solve_triangular", a, b);
  return triangular_left(as, bs, upper, unitriangular);
}

}  // namespace dlcore
