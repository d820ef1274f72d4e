#include "ops/products/product.h"

#include "kernels/gemm.h"

namespace dlcore {
namespace {

kernels::Matrix matrix_of(const Tensor& x) {
  const int r = x.ndim() - 2, c = x.ndim() - 1;
  // A dimension of size 1 may have any stride; one that suits the other is chosen.
  const int64_t col = x.size(c) == 1 ? 1 : x.strides()[c];
  return {x.data(), x.size(r) == 1 && col != 1 ? 1 : x.strides()[r], col};
}

Shape leading(const Tensor& x) {
  Shape s = x.shape();
  s.erase(s.size() - 1);
  s.erase(s.size() - 1);
  return s;
}

// Where each matrix of x starts when its leading dimensions broadcast to `batch`.
std::vector<int64_t> starts(const Tensor& x, const Shape& batch) {
  if (x.ndim() == 2) return {};
  Shape shape = batch;
  shape.push_back(x.size(x.ndim() - 2));
  shape.push_back(x.size(x.ndim() - 1));
  const Strides strides = expand(x, shape).strides();
  std::vector<int64_t> at(numel_of(batch));
  Dims index = Dims::filled(batch.size(), 0);
  int64_t offset = 0;
  for (int64_t& start : at) {
    start = offset;
    for (int d = batch.size() - 1; d >= 0; --d) {
      offset += strides[d];
      if (++index[d] < batch[d]) break;
      offset -= batch[d] * strides[d];
      index[d] = 0;
    }
  }
  return at;
}

}  // namespace

Tensor as_rows(const Tensor& x) {
  if (x.ndim() == 2) return x;
  Shape lead = x.shape();
  lead.erase(lead.size() - 1);
  return reshape(x, {numel_of(lead), x.size(x.ndim() - 1)});
}

Tensor product(const char* op, const Tensor& a, const Tensor& b, const Tensor& bias, Activation activation) {
  const NoGrad off;
  const int64_t k = a.size(a.ndim() - 1), n = b.size(b.ndim() - 1);
  Shape shape = broadcast_shapes(op, leading(a), leading(b));
  const Shape batch = shape;
  shape.push_back(a.size(a.ndim() - 2));
  shape.push_back(n);
  const Tensor y = empty(shape, a.dtype());

  kernels::Gemm gemm{.batches = numel_of(batch),
                     .m = a.size(a.ndim() - 2),
                     .n = n,
                     .k = k,
                     .a = {},
                     .b = {},
                     .c = y.data(),
                     .c_row_stride = n,
                     .bias = bias.defined() ? bias.data() : nullptr,
                     .activation = activation,
                     .a_at = {},
                     .b_at = {}};
  std::vector<int64_t> a_at, b_at;
  if (b.ndim() == 2 && a.is_contiguous()) {  // all rows of a meet the same b: one tall product
    gemm.m *= gemm.batches;
    gemm.batches = gemm.m > 0 ? 1 : 0;
    gemm.a = {a.data(), k, 1};
  } else {
    gemm.a = matrix_of(a);
    gemm.a_at = a_at = starts(a, batch);
    gemm.b_at = b_at = starts(b, batch);
  }
  gemm.b = matrix_of(b);
  kernels::gemm(a.dtype(), gemm);
  return y;
}

}  // namespace dlcore
