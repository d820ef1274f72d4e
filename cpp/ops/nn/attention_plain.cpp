#include <cmath>

#include "ops/nn/attention.h"

namespace dlcore {
namespace {

Tensor both(const Tensor& a, const Tensor& b) { return a.defined() ? logical_and(a, b) : b; }

Shape with_rows(const Shape& leading, std::initializer_list<int64_t> sizes) {
  Shape shape = leading;
  for (int64_t size : sizes) shape.push_back(size);
  return shape;
}

// The scores of a call as they stand in the plain form: all of them, (..., Tq, Tk), or those of the edges, (..., E).
struct Places {
  Tensor row, col;  // which query and key each belongs to, broadcast together
  Tensor attended;  // bool, or undefined: all
};

Places places_of(const AttentionCall& call, const Tensor& mask) {
  Places at;
  if (call.is_graph()) {
    at.row = repeat_interleave(arange(0, call.Tq), slice(call.indptr, 0, 1, call.Tq + 1) -
                                                       slice(call.indptr, 0, 0, call.Tq));
    at.col = call.indices;
  } else {
    at.row = unsqueeze(arange(0, call.Tq), 1);
    at.col = unsqueeze(arange(0, call.Tk), 0);
  }
  if (call.left < kernels::kUnlimited) at.attended = both(at.attended, at.col >= at.row - call.left);
  if (call.right < kernels::kUnlimited) at.attended = both(at.attended, at.col <= at.row + call.right);
  if (!call.key_lengths.empty()) {
    Shape shape = call.items;
    for (int i = 0; i < (call.is_graph() ? 1 : 2); ++i) shape.push_back(1);
    const Tensor length = empty(shape, DType::Int64);
    std::copy(call.key_lengths.begin(), call.key_lengths.end(), length.data<int64_t>());
    at.attended = both(at.attended, at.col < length);
  }
  if (mask.defined()) {
    const Tensor on = mask.dtype() == DType::Bool ? mask : ne(mask.detach(), -HUGE_VAL);
    at.attended = both(at.attended, on);
  }
  return at;
}

// Zero in rows that no query attends to, where NaN would spread through a product.
Tensor without_padding(const Tensor& x, const Tensor& attended) {
  if (!attended.defined() || attended.ndim() < 2) return x;
  return where(unsqueeze(any(attended, Dims{-2}), -1), x, 0);
}

Tensor scores(const AttentionCall& call, const AttentionOperands& operands, const Places& at, const Tensor& q,
              const Tensor& k) {
  const Tensor &w = operands[kScoreWeight], &mask = operands[kMask], &relative = operands[kRelativeBias];
  Tensor s;
  if (w.defined()) {
    const bool pairs = !call.is_graph();
    s = sum(tanh((pairs ? unsqueeze(q, -2) : q) + (pairs ? unsqueeze(k, -3) : k)) * w, Dims{-1});
  } else {
    s = (call.is_graph() ? sum(q * k, Dims{-1}) : matmul(q, transpose(k, -1, -2))) * call.scale;
  }
  if (mask.defined() && mask.dtype() != DType::Bool) s = s + where(ne(mask.detach(), -HUGE_VAL), mask, 0);
  if (relative.defined()) {
    const int64_t reach = relative.shape().back() / 2;
    const Tensor index = clamp(at.col - at.row, -reach, reach) + reach;
    Shape shape = relative.shape();
    shape.erase(shape.size() - 1);
    for (int64_t size : index.shape()) shape.push_back(size);
    s = s + reshape(index_select(relative, -1, reshape(index, {index.numel()})), shape);
  }
  return s;
}

}  // namespace

Tensor plain_attention(const AttentionCall& call, const AttentionOperands& operands, const Tensor& stat_) {
  const bool graph = call.is_graph();
  const DType dtype = stat_.dtype();
  const Places at = places_of(call, operands[kMask]);
  const auto shared = [&](Tensor x) {
    return call.group > 1 && x.size(x.ndim() - 3) > 1 ? repeat_interleave(x, call.group, -3) : x;
  };
  Tensor q = operands[kQuery], k = shared(operands[kKey]), v = shared(operands[kValue]);
  if (graph) {
    q = index_select(q, -2, at.row);
    k = index_select(k, -2, at.col);
    v = index_select(v, -2, at.col);
    if (at.attended.defined()) {
      const Tensor on = unsqueeze(at.attended, -1);
      q = where(on, q, 0);
      k = where(on, k, 0);
      v = where(on, v, 0);
    }
  } else {
    k = without_padding(k, at.attended);
    v = without_padding(v, at.attended);
  }
  // Of each query, and of each edge; sums over a query's keys or edges.
  const auto spread = [&](const Tensor& x) { return graph ? index_select(x, -1, at.row) : unsqueeze(x, -1); };
  const auto total = [&](const Tensor& x) {
    if (!graph) return sum(x, Dims{-1});
    Shape shape = call.items;
    shape.push_back(call.Tq);
    return index_add(zeros(shape, dtype), -1, at.row, expand(x, with_rows(call.items, {call.indices.numel()})));
  };
  const auto attended = [&](const Tensor& x, const Tensor& other) {
    return at.attended.defined() ? where(at.attended, x, other) : x;
  };

  const Tensor s = scores(call, operands, at, q, k);
  const Tensor stat = reshape(stat_, with_rows(call.items, {call.Tq}));
  Tensor p;
  if (call.relu) {
    p = attended(relu(attended(s, 0)), 0) * spread(stat);
  } else {
    const Tensor shift = spread(where(isinf(stat), 0, stat * 0.69314718055994530942));
    const Tensor e = attended(exp(attended(s, shift) - shift), 0);
    const Tensor sums = total(e);
    p = e / spread(where(eq(sums, 0), 1, sums));
  }
  if (call.dropout > 0) {
    const Tensor kept = empty(call.mask_shape(), dtype);
    kernels::attention_dropout(dtype, AttentionArguments(call, operands).of, kept.data());
    p = p * kept;
  }
  if (!graph) {
    Tensor y = matmul(p, v);
    const Shape shape = with_rows(call.items, {call.Tq, call.Dv});
    return y.shape() == shape ? y : expand(y, shape);
  }
  const Tensor parts = unsqueeze(p, -1) * v;
  return index_add(zeros(with_rows(call.items, {call.Tq, call.Dv}), dtype), -2, at.row,
                   expand(parts, with_rows(call.items, {call.indices.numel(), call.Dv})));
}

}  // namespace dlcore
