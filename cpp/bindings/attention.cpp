#include "define.h"
#include "generator.h"

namespace dlcore::bindings {
namespace {

using MaybeTensor = std::optional<Tensor>;
using Window = std::optional<std::pair<std::optional<int64_t>, std::optional<int64_t>>>;
using Neighbors = std::optional<std::pair<Tensor, Tensor>>;

AttentionOptions options_of(const MaybeTensor& attn_mask, double dropout_p, bool is_causal, bool enable_gqa,
                            const Window& window, const MaybeTensor& key_lengths, const MaybeTensor& relative_bias,
                            const Neighbors& neighbors, std::string_view normalization) {
  AttentionOptions options;
  options.attn_mask = attn_mask.value_or(Tensor());
  options.dropout_p = dropout_p;
  options.is_causal = is_causal;
  options.enable_gqa = enable_gqa;
  if (window) std::tie(options.left, options.right) = *window;
  options.key_lengths = key_lengths.value_or(Tensor());
  options.relative_bias = relative_bias.value_or(Tensor());
  if (neighbors) std::tie(options.indptr, options.indices) = *neighbors;
  options.normalization = normalization;
  return options;
}

}  // namespace

void define_attention(py::module_& m) {
  Family(m)
      .function(
          "scaled_dot_product_attention",
          [](const Tensor& query, const Tensor& key, const Tensor& value, const MaybeTensor& attn_mask,
             double dropout_p, bool is_causal, std::optional<double> scale, bool enable_gqa, const Window& window,
             const MaybeTensor& key_lengths, const MaybeTensor& relative_bias, const Neighbors& neighbors,
             std::string_view normalization, const MaybeGenerator& generator) {
            AttentionOptions options = options_of(attn_mask, dropout_p, is_causal, enable_gqa, window, key_lengths,
                                                  relative_bias, neighbors, normalization);
            options.scale = scale;
            const Unlocked lock(query.numel() + key.numel());
            return scaled_dot_product_attention(query, key, value, options, generator_of(generator));
          },
          R"(Average the values, for each query, with weights softmax(scale * query . key + attn_mask + relative_bias).

Memory grows with the number of queries and of keys, not with their product, forward and backward; derivatives of the
second order and above hold all scores at once. Keys that are ruled out are not computed where whole blocks of them
are, and have no influence, be they NaN; a query without keys gives zero, and zero gradients.

Args:
    query: floating, (..., H, Tq, D), any number of leading dimensions.
    key: (..., H, Tk, D); leading dimensions broadcast.
    value: (..., H, Tk, Dv).
    attn_mask: broadcasts to (..., H, Tq, Tk): bool, True where a key is attended to, or of the query's dtype, added to
        the score, -inf where it is not. It is not expanded in memory.
    dropout_p: the probability with which a weight is set to zero, the others being divided by 1 - dropout_p.
    is_causal: whether query i attends to the keys 0 ... i alone; not together with attn_mask.
    scale: by default 1 / sqrt(D).
    enable_gqa: whether successive heads of query share a head of key and value, of which there are fewer.
    window: (left, right): query i attends to the keys i - left ... i + right alone; None: no limit on that side.
    key_lengths: int64 or int32 of the first leading dimensions, (N,) say: keys from there on are padding.
    relative_bias: (H, 2 R + 1), or what broadcasts to (..., H, 2 R + 1): element j - i + R, j - i being clipped to
        -R ... R, is added to the score of query i and key j.
    neighbors: (indptr, indices), a graph in CSR form: query i attends to the keys indices[indptr[i]:indptr[i + 1]]
        alone, to one that is there twice, twice. attn_mask then broadcasts to (..., H, len(indices)), one per edge.
    normalization: "softmax", or "relu": weights max(score, 0) / n, n being the number of keys attended to.
    generator: where dropout comes from; by default the one that `manual_seed` seeds.

Returns:
    A tensor (..., H, Tq, Dv).

Raises:
    ValueError: shapes do not fit; is_causal with attn_mask; a negative window; lengths outside 0 ... Tk.
    IndexError: a neighbour is no key.
    TypeError: dtypes differ or are not floating.

Source:
    Vaswani et al.: Attention is all you need, 2017, section 3.2; Shaw, Uszkoreit, Vaswani: Self-attention with
    relative position representations, 2018; Wortsman, Lee, Gilmer, Kornblith: Replacing softmax with ReLU in vision
    transformers, 2023.

Example:
    >>> import dlcore
    >>> x = dlcore.tensor([[1.0, 0.0], [0.0, 1.0]])
    >>> dlcore.nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True)[0]
    tensor([1., 0.])
)",
          "query"_a, "key"_a, "value"_a, "attn_mask"_a = py::none(), "dropout_p"_a = 0.0, "is_causal"_a = false,
          "scale"_a = py::none(), "enable_gqa"_a = false, py::kw_only(), "window"_a = py::none(),
          "key_lengths"_a = py::none(), "relative_bias"_a = py::none(), "neighbors"_a = py::none(),
          "normalization"_a = "softmax", "generator"_a = py::none())
      .function(
          "additive_attention",
          [](const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& score_weight,
             const MaybeTensor& attn_mask, double dropout_p, bool is_causal, bool enable_gqa, const Window& window,
             const MaybeTensor& key_lengths, const MaybeTensor& relative_bias, const Neighbors& neighbors,
             std::string_view normalization, const MaybeGenerator& generator) {
            const AttentionOptions options = options_of(attn_mask, dropout_p, is_causal, enable_gqa, window,
                                                        key_lengths, relative_bias, neighbors, normalization);
            const Unlocked lock(query.numel() + key.numel());
            return additive_attention(query, key, value, score_weight, options, generator_of(generator));
          },
          R"(Average the values, for each query, with weights softmax(score_weight . tanh(query + key) + ...).

In all but the score this is scaled_dot_product_attention.

Args:
    query: floating, (..., H, Tq, D).
    key: (..., H, Tk, D); leading dimensions broadcast.
    value: (..., H, Tk, Dv).
    score_weight: (D,).
    attn_mask, dropout_p, is_causal, enable_gqa, window, key_lengths: as in scaled_dot_product_attention.
    relative_bias, neighbors, normalization, generator: the same.

Returns:
    A tensor (..., H, Tq, Dv).

Source:
    Bahdanau, Cho, Bengio: Neural machine translation by jointly learning to align and translate, 2015, section A.1.2.

Example:
    >>> import dlcore
    >>> x = dlcore.tensor([[1.0, 0.0], [0.0, 1.0]])
    >>> dlcore.nn.functional.additive_attention(x, x, x, dlcore.zeros(2))
    tensor([[0.5000, 0.5000],
            [0.5000, 0.5000]])
)",
          "query"_a, "key"_a, "value"_a, "score_weight"_a, "attn_mask"_a = py::none(), "dropout_p"_a = 0.0,
          "is_causal"_a = false, "enable_gqa"_a = false, py::kw_only(), "window"_a = py::none(),
          "key_lengths"_a = py::none(), "relative_bias"_a = py::none(), "neighbors"_a = py::none(),
          "normalization"_a = "softmax", "generator"_a = py::none());
}

}  // namespace dlcore::bindings
