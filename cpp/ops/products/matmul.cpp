#include "ops/products/product.h"
#include "ops/result.h"

namespace dlcore {
namespace {

void check(const char* op, const Tensor& a, const Tensor& b) {
  if (a.ndim() == 0 || b.ndim() == 0)
    raise<ValueError>(op, ": expected at least 1 dimension, got shapes ", a.shape(), " and ", b.shape());
  if (a.dtype() != b.dtype())
    raise<TypeError>(op, ": expected operands of one dtype, got ", a.dtype(), " and ", b.dtype());
  if (a.dtype() == DType::Bool) raise<TypeError>(op, ": expected numbers, got dtype bool");
  if (a.size(a.ndim() - 1) != b.size(std::max(b.ndim() - 2, 0)))
    raise<ValueError>(op, ": shapes ", a.shape(), " and ", b.shape(), " do not fit: ", a.size(a.ndim() - 1),
                      " columns meet ", b.size(std::max(b.ndim() - 2, 0)), " rows");
}

// a (..., m, k) @ b (..., k, n)
Tensor matrix_product(const Tensor& a, const Tensor& b) {
  const Tensor y = product("matmul", a, b);
  return record("matmul", y,
                wrt(a, [shape = a.shape(), b = Saved(b)](
                           const Tensor& dy) { return sum_to(matrix_product(dy, transpose(b, -2, -1)), shape); }),
                wrt(b, [shape = b.shape(), a = Saved(a)](const Tensor& dy) {
                  if (shape.size() == 2 && dy.ndim() == a.get().ndim()) {  // the sum over the batch is in the product
                    return matrix_product(transpose(as_rows(a), 0, 1), as_rows(dy));
                  }
                  return sum_to(matrix_product(transpose(a, -2, -1), dy), shape);
                }));
}

}  // namespace

Tensor matmul_for(const char* op, const Tensor& a, const Tensor& b) {
  check(op, a, b);
  const Tensor a2 = a.ndim() == 1 ? unsqueeze(a, 0) : a, b2 = b.ndim() == 1 ? unsqueeze(b, 1) : b;
  Tensor y = matrix_product(a2, b2);
  if (b.ndim() == 1) y = squeeze(y, Dims{-1});
  if (a.ndim() == 1) y = squeeze(y, Dims{b.ndim() == 1 ? -1 : -2});
  return y;
}

Tensor matmul(const Tensor& a, const Tensor& b) { return matmul_for("matmul", a, b); }

}  // namespace dlcore
