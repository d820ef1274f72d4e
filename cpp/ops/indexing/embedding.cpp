#include "ops/indexing/lookup.h"

// Rows of a matrix by number. The gradient is dense, and adds in the order of the indices.
namespace dlcore {
namespace {

// y[i, j, k] <-> weight[index[i, j], k]
Lookup rows_of(const Tensor& weight, const Tensor& index) {
  Lookup lookup{index.shape(), Dims::filled(index.ndim(), 0), index, index.strides(), weight.strides()[0], {}};
  for (int d = 0; d < index.ndim(); ++d) lookup.shared.push_back(d);
  lookup.shape.push_back(weight.size(1));
  lookup.x_strides.push_back(weight.strides()[1]);
  lookup.index_strides.push_back(0);
  return lookup;
}

Tensor read(const Tensor& weight, const Tensor& index, int64_t padding);

Tensor without_row(const Tensor& x, int64_t row) {
  const Tensor index = full({1}, row);
  return index_put(x, {&index, 1}, 0);
}

// dweight[index] += dy, except in the padding row
Tensor embedding_backward(const Tensor& dy, const Shape& shape, const Saved& index, int64_t padding) {
  const Tensor dw = zeros(shape, dy.dtype());
  put_add(dw, rows_of(dw, index), dy);
  if (padding >= 0) {
    const NoGrad off;
    zero_(select(dw, 0, padding));
  }
  return record("embedding_backward", dw, wrt(dy, [index, padding](const Tensor& ddw) {
                  return read(padding < 0 ? ddw : without_row(ddw, padding), index, padding);
                }));
}

Tensor read(const Tensor& weight, const Tensor& index, int64_t padding) {
  return record("embedding", take(weight, rows_of(weight, index)),
                wrt(weight, [shape = weight.shape(), at = Saved(index), padding](const Tensor& dy) {
                  return embedding_backward(dy, shape, at, padding);
                }));
}

}  // namespace

Tensor embedding(const Tensor& index, const Tensor& weight, std::optional<int64_t> padding_index) {
  if (weight.ndim() != 2) raise<ValueError>("embedding: expected a weight of 2 dimensions, got shape ", weight.shape());
  const int64_t n = weight.size(0), padding = padding_index.value_or(0);
  if (padding < -n || (padding_index && padding >= n))
    raise<IndexError>("embedding: padding_idx ", padding, " is out of range for ", n, " embeddings");
  const Tensor at = as_index("embedding", index, 0, n);
  return read(weight, at, !padding_index ? -1 : padding < 0 ? padding + n : padding);
}

}  // namespace dlcore
