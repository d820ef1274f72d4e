#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dlcore/tensor.h"

namespace DLCORE_API dlcore {

// What attention takes besides queries, keys and values; undefined tensors are absent. Leading dimensions are those of
// the result before its last two, (..., H).
struct AttentionOptions {
  Tensor attn_mask;  // broadcasts to (..., Tq, Tk), of a graph to (..., E): bool, true where attended to, or added
  double dropout_p = 0;
  bool is_causal = false;                      // query i attends to keys up to i
  std::optional<double> scale;                 // 1 / sqrt(D)
  bool enable_gqa = false;                     // successive query heads share the heads of key and value
  std::optional<int64_t> left, right;          // query i attends to keys i - left ... i + right
  Tensor key_lengths;                          // as the first leading dimensions: keys from there on are padding
  Tensor relative_bias;                        // (..., 2 R + 1), of which j - i + R, clipped, is added to the score
  Tensor indptr, indices;                      // the keys of query i: indices[indptr[i]] ... indices[indptr[i + 1] - 1]
  std::string_view normalization = "softmax";  // or "relu": relu(score) / number of keys attended to
};

}  // namespace dlcore
