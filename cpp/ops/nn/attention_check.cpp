#include <cmath>

#include "ops/nn/attention.h"

namespace dlcore {
namespace {

constexpr const char* kOperandNames[] = {"query", "key", "value", "score_weight", "attn_mask", "relative_bias"};

bool broadcasts(const Shape& from, const Shape& to) {
  const int missing = to.size() - from.size();
  if (missing < 0) return false;
  for (int d = 0; d < from.size(); ++d) {
    if (from[d] != 1 && from[d] != to[d + missing]) return false;
  }
  return true;
}

Shape leading(const Tensor& x) {
  return Shape(std::span<const int64_t>(x.shape().begin(), x.shape().end() - 2));
}

Shape with(Shape shape, std::initializer_list<int64_t> sizes) {
  for (int64_t size : sizes) shape.push_back(size);
  return shape;
}

bool rows_contiguous(const Tensor& x) { return x.size(x.ndim() - 1) <= 1 || x.strides()[x.ndim() - 1] == 1; }

int64_t bound_of_window(const char* op, const char* side, const std::optional<int64_t>& bound) {
  if (!bound) return kernels::kUnlimited;
  if (*bound < 0) raise<ValueError>(op, ": window: expected a number of keys or None to the ", side, ", got ", *bound);
  return std::min(*bound, kernels::kUnlimited);
}

void check_dtypes(const char* op, const AttentionOperands& operands) {
  const DType dtype = operands[kQuery].dtype();
  if (!is_floating(dtype)) raise<TypeError>(op, ": query: expected a floating dtype, got ", dtype);
  for (int i = kKey; i < kAttentionOperands; ++i) {
    const Tensor& x = operands[i];
    if (!x.defined() || x.dtype() == dtype || (i == kMask && x.dtype() == DType::Bool)) continue;
    raise<TypeError>(op, ": ", kOperandNames[i], ": expected ", i == kMask ? "bool or " : "", "the query's dtype ",
                     dtype, ", got ", x.dtype());
  }
}

void check_sizes_of_rows(AttentionCall& call, const AttentionOperands& operands, bool enable_gqa) {
  const char* op = call.name;
  for (int i = kQuery; i <= kValue; ++i) {
    if (operands[i].ndim() < (enable_gqa ? 3 : 2))
      raise<ValueError>(op, ": ", kOperandNames[i], ": expected at least ", enable_gqa ? 3 : 2, " dimensions",
                        enable_gqa ? " with enable_gqa" : "", ", got shape ", operands[i].shape());
  }
  const Tensor &q = operands[kQuery], &k = operands[kKey], &v = operands[kValue];
  call.Tq = q.size(q.ndim() - 2);
  call.D = q.size(q.ndim() - 1);
  call.Tk = k.size(k.ndim() - 2);
  call.Dv = v.size(v.ndim() - 1);
  if (k.size(k.ndim() - 1) != call.D)
    raise<ValueError>(op, ": key: expected the query's last size ", call.D, ", got shape ", k.shape());
  if (v.size(v.ndim() - 2) != call.Tk)
    raise<ValueError>(op, ": value: expected one row per key, ", call.Tk, ", got shape ", v.shape());

  Shape queries = leading(q);
  call.pairs = broadcast_shapes(op, leading(k), leading(v));
  call.group = 1;
  if (enable_gqa) {
    const int64_t heads = queries.back(), shared = call.pairs.back();
    if (shared == 0 ? heads != 0 : heads % shared != 0)
      raise<ValueError>(op, ": enable_gqa: ", shared, " heads of key and value do not divide ", heads,
                        " heads of query");
    if (shared > 0) call.group = heads / shared;
    queries[queries.size() - 1] = shared;
  }
  call.pairs = broadcast_shapes(op, queries, call.pairs);
  call.items = call.pairs;
  if (enable_gqa) call.items[call.items.size() - 1] *= call.group;
  if (call.items.size() + 2 > kMaxDims) raise<ValueError>(op, ": more than ", kMaxDims, " dimensions");
}

void check_lengths(AttentionCall& call, const Tensor& lengths) {
  if (!lengths.defined()) return;
  if (lengths.dtype() != DType::Int64 && lengths.dtype() != DType::Int32)
    raise<TypeError>(call.name, ": key_lengths: expected int64 or int32, got ", lengths.dtype());
  const int n = lengths.ndim();
  if (n > call.items.size() || !std::equal(lengths.shape().begin(), lengths.shape().end(), call.items.begin()))
    raise<ValueError>(call.name, ": key_lengths: expected the first sizes of the leading shape ", call.items,
                      ", got shape ", lengths.shape());
  const Tensor all = contiguous(to(lengths, DType::Int64));
  const int64_t* length = all.data<int64_t>();
  for (int64_t i = 0; i < all.numel(); ++i) {
    if (length[i] < 0 || length[i] > call.Tk)
      raise<ValueError>(call.name, ": key_lengths: expected numbers of 0 ... ", call.Tk, ", got ", length[i]);
  }
  const int64_t items = numel_of(call.items), each = items / std::max<int64_t>(all.numel(), 1);
  for (int64_t i = 0; i < items; ++i) call.key_lengths.push_back(length[i / each]);
}

Tensor checked_index(const char* op, const char* name, const Tensor& x) {
  if (x.dtype() != DType::Int64 && x.dtype() != DType::Int32)
    raise<TypeError>(op, ": neighbors: ", name, ": expected int64 or int32, got ", x.dtype());
  if (x.ndim() != 1) raise<ValueError>(op, ": neighbors: ", name, ": expected one dimension, got shape ", x.shape());
  return contiguous(to(x, DType::Int64));
}

void check_graph(AttentionCall& call, const AttentionOptions& options) {
  if (!options.indptr.defined()) return;
  const char* op = call.name;
  call.indptr = checked_index(op, "indptr", options.indptr);
  call.indices = checked_index(op, "indices", options.indices);
  const int64_t n = call.indptr.numel(), edges = call.indices.numel();
  const int64_t *at = call.indptr.data<int64_t>(), *index = call.indices.data<int64_t>();
  if (n != call.Tq + 1)
    raise<ValueError>(op, ": neighbors: indptr: expected ", call.Tq + 1, " elements for ", call.Tq, " queries, got ", n);
  for (int64_t i = 0; i < n; ++i) {
    if (at[i] < (i == 0 ? 0 : at[i - 1]) || (i == 0 && at[0] != 0))
      raise<ValueError>(op, ": neighbors: indptr: expected numbers that begin at 0 and never fall, got ", at[i],
                        " at ", i);
  }
  if (at[n - 1] != edges)
    raise<ValueError>(op, ": neighbors: indptr: expected to end at the number of indices ", edges, ", got ", at[n - 1]);
  for (int64_t i = 0; i < edges; ++i) {
    if (index[i] < 0 || index[i] >= call.Tk)
      raise<IndexError>(op, ": neighbors: indices: ", index[i], " is out of range for ", call.Tk, " keys");
  }
}

void check_added(const AttentionCall& call, const AttentionOperands& operands) {
  const Tensor &w = operands[kScoreWeight], &mask = operands[kMask], &relative = operands[kRelativeBias];
  if (w.defined() && w.shape() != Shape{call.D})
    raise<ValueError>(call.name, ": score_weight: expected shape ", Shape{call.D}, ", got ", w.shape());
  if (mask.defined() && !broadcasts(mask.shape(), call.mask_shape()))
    raise<ValueError>(call.name, ": attn_mask: expected a shape that broadcasts to ", call.mask_shape(), ", got ",
                      mask.shape());
  if (!relative.defined()) return;
  if (relative.ndim() == 0 || relative.size(relative.ndim() - 1) % 2 == 0)
    raise<ValueError>(call.name, ": relative_bias: expected an odd last size 2 R + 1, got shape ", relative.shape());
  const int64_t last = relative.size(relative.ndim() - 1);
  if (!broadcasts(relative.shape(), with(call.items, {last})))
    raise<ValueError>(call.name, ": relative_bias: expected a shape that broadcasts to ", with(call.items, {last}),
                      ", got ", relative.shape());
}

}  // namespace

Shape AttentionCall::mask_shape() const {
  return is_graph() ? with(items, {indices.numel()}) : with(items, {Tq, Tk});
}

AttentionCall check_attention(const char* name, AttentionOperands& operands, const AttentionOptions& options) {
  AttentionCall call{};
  call.name = name;
  check_dtypes(name, operands);
  check_sizes_of_rows(call, operands, options.enable_gqa);
  if (options.normalization != "softmax" && options.normalization != "relu")
    raise<ValueError>(name, ": normalization: expected 'softmax' or 'relu', got '", options.normalization, "'");
  call.relu = options.normalization == "relu";
  if (!(options.dropout_p >= 0 && options.dropout_p <= 1))
    raise<ValueError>(name, ": dropout_p: expected a probability in [0, 1], got ", options.dropout_p);
  call.dropout = options.dropout_p;
  if (options.is_causal && operands[kMask].defined())
    raise<ValueError>(name, ": attn_mask: expected None with is_causal=True");
  call.scale = options.scale.value_or(call.D > 0 ? 1 / std::sqrt(static_cast<double>(call.D)) : 1.0);
  call.left = bound_of_window(name, "left", options.left);
  call.right = bound_of_window(name, "right", options.right);
  if (options.is_causal) call.right = 0;
  check_graph(call, options);
  check_lengths(call, options.key_lengths);
  check_added(call, operands);

  for (int i = kQuery; i <= kValue; ++i) {
    if (!rows_contiguous(operands[i])) operands[i] = contiguous(operands[i]);
  }
  for (int i : {kScoreWeight, kRelativeBias}) {
    if (operands[i].defined() && !rows_contiguous(operands[i])) operands[i] = contiguous(operands[i]);
  }
  return call;
}

std::vector<int64_t> item_offsets(const Shape& leading, const Tensor& x, int own) {
  const int missing = leading.size() - (x.ndim() - own);
  std::vector<int64_t> offsets{0};
  offsets.reserve(numel_of(leading));
  for (int d = 0; d < leading.size(); ++d) {
    const int at = d - missing;
    const int64_t stride = at < 0 || x.size(at) == 1 ? 0 : x.strides()[at];
    std::vector<int64_t> inner;
    inner.reserve(offsets.size() * leading[d]);
    for (int64_t offset : offsets) {
      for (int64_t i = 0; i < leading[d]; ++i) inner.push_back(offset + i * stride);
    }
    offsets = std::move(inner);
  }
  return offsets;
}

AttentionArguments::AttentionArguments(const AttentionCall& call, const AttentionOperands& operands) : of{} {
  const Tensor &mask = operands[kMask], &relative = operands[kRelativeBias];
  const auto rows = [](const Tensor& x, const Shape& items, std::vector<int64_t>& at) {
    at = item_offsets(items, x, 2);
    return kernels::AttentionRows{x.data(), at.data(), x.strides()[x.ndim() - 2]};
  };
  of.pairs = numel_of(call.pairs);
  of.group = call.group;
  of.Tq = call.Tq;
  of.Tk = call.Tk;
  of.D = call.D;
  of.Dv = call.Dv;
  of.q = rows(operands[kQuery], call.items, q_at);
  of.k = rows(operands[kKey], call.pairs, k_at);
  of.v = rows(operands[kValue], call.pairs, v_at);
  of.scale = call.scale;
  if (operands[kScoreWeight].defined()) of.score_weight = operands[kScoreWeight].data();
  of.relu = call.relu;
  of.left = call.left;
  of.right = call.right;
  if (!call.key_lengths.empty()) of.key_lengths = call.key_lengths.data();
  if (mask.defined()) {
    const auto stride = [&](int from_end) {
      const int d = mask.ndim() - from_end;
      return d < 0 || mask.size(d) == 1 ? 0 : mask.strides()[d];
    };
    const int own = std::min(call.is_graph() ? 1 : 2, mask.ndim());
    mask_at = item_offsets(call.items, mask, own);
    of.mask = {mask.data(), mask.dtype() == DType::Bool, mask_at.data(), call.is_graph() ? 0 : stride(2), stride(1)};
  }
  if (relative.defined()) {
    relative_at = item_offsets(call.items, relative, 1);
    of.relative = {relative.data(), relative_at.data(), relative.size(relative.ndim() - 1) / 2};
  }
  if (call.is_graph())
    of.graph = {call.indptr.data<int64_t>(), call.indices.data<int64_t>(), call.indices.numel()};
  of.dropout = call.dropout;
  of.stream = call.stream;
}

}  // namespace dlcore
