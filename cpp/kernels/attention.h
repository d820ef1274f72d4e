#pragma once

#include <cstdint>

#include "dlcore/dtype.h"
#include "kernels/philox.h"

namespace dlcore::kernels {

// Rows of D or Dv contiguous elements, `stride` apart, of which at[i] is where those of item i begin.
struct AttentionRows {
  const void* data;
  const int64_t* at;
  int64_t stride;
};

template <class T>
const T* attention_row(const AttentionRows& x, int64_t item, int64_t i) {
  return static_cast<const T*>(x.data) + x.at[item] + i * x.stride;
}

inline constexpr int64_t kUnlimited = int64_t{1} << 60;  // of a window: more than any sequence is long

// Of each item, a head of a sequence: y_i = sum over the keys j that query i attends to of p_ij v_j, p being
//   softmax over j:  e^s_ij / sum e^s_ij,  or
//   relu:            max(s_ij, 0) / number of keys attended to,
// with scores s_ij = scale q_i . k_j, or w . tanh(q_i + k_j) where score_weight is given, plus mask and relative bias.
// `group` successive items, a pair, share keys and values. Arrays that are absent are null.
struct Attention {
  int64_t pairs, group;
  int64_t Tq, Tk, D, Dv;
  AttentionRows q, k, v;  // q by item, k and v by pair
  double scale;
  const void* score_weight;  // (D,)
  bool relu;

  // Which keys are attended to: i - left ... i + right, and fewer than key_lengths[item].
  int64_t left, right;
  const int64_t* key_lengths;
  struct Mask {
    const void* data;
    bool boolean;  // true: attended to; else added to the score, -infinity: not attended to
    const int64_t* at;
    int64_t row, col;  // strides, zero where it is broadcast
  } mask;
  struct Relative {
    const void* data;  // (2 reach + 1,), of which j - i + reach, clipped, is added to the score
    const int64_t* at;
    int64_t reach;
  } relative;
  // The keys of query i are indices[indptr[i]] ... indices[indptr[i + 1] - 1]; `col` of a mask goes along the edges.
  struct Graph {
    const int64_t *indptr, *indices;
    int64_t edges;
  } graph;

  // NOTE [Random numbers]; every row of keys, or of all edges of an item, begins with a block of its own.
  double dropout;
  Stream stream;

  int64_t items() const { return pairs * group; }
  int64_t blocks_per_row() const { return blocks_of(graph.indptr ? graph.edges : Tk, 1); }
  int64_t rows_of_numbers() const { return graph.indptr ? items() : items() * Tq; }
};

// y (items, Tq, Dv), and of each query what its weights are computed from again, stat (items, Tq): log2 of the sum of
// exponentials, or 1 / number of keys; infinity, or zero, where there are no keys, and y is zero.
void attention(DType dtype, const Attention& of, void* y, void* stat);

// Null where not wanted, but for stat.
struct AttentionGradients {
  void *dq, *dk, *dv;  // (items, Tq, D), (pairs, Tk, D), (pairs, Tk, Dv)
  void* dw;            // (D,), of score_weight
  void* dr;            // (items, 2 reach + 1), of the relative bias
};
void attention_backward(DType dtype, const Attention& of, const AttentionRows& dy, const void* y, const void* stat,
                        const AttentionGradients& gradients);

// The gradient of an additive mask of which `count` distinct ones are broadcast to the items: owner[item] is which one
// an item has. It is written over dmask (count, Tq or 1, Tk or 1), or (count, edges or 1).
struct AttentionMaskGradient {
  void* dmask;
  int64_t count;
  const int64_t* owner;
  int64_t rows, cols;
};
void attention_mask_backward(DType dtype, const Attention& of, const AttentionRows& dy, const void* y, const void* stat,
                             const AttentionMaskGradient& gradient);

// What dropout multiplies weights by, zero or 1 / (1 - p): (items, Tq, Tk), or (items, edges).
void attention_dropout(DType dtype, const Attention& of, void* kept);

}  // namespace dlcore::kernels
