#pragma once

#include <array>
#include <vector>

#include "dlcore/nn.h"
#include "kernels/attention.h"

// What the files of attention share.
namespace dlcore {

// The tensors that have gradients, in the order in which they are recorded; undefined where absent.
enum AttentionOperand { kQuery, kKey, kValue, kScoreWeight, kMask, kRelativeBias, kAttentionOperands };
using AttentionOperands = std::array<Tensor, kAttentionOperands>;

// A checked call, without the operands.
struct AttentionCall {
  const char *name, *backward_name;
  Shape items, pairs;  // leading dimensions of queries, and of keys and values
  int64_t group, Tq, Tk, D, Dv;
  double scale;
  bool relu, is_causal;
  int64_t left, right;
  std::vector<int64_t> key_lengths;  // by item, or empty
  Tensor indptr, indices;            // int64, or undefined
  double dropout;
  kernels::Stream stream;

  bool is_graph() const { return indptr.defined(); }
  Shape mask_shape() const;  // to which a mask broadcasts
};

AttentionCall check_attention(const char* name, AttentionOperands& operands, const AttentionOptions& options);

// Where each item of `leading` begins in x, of whose dimensions the last `own` are not leading ones.
std::vector<int64_t> item_offsets(const Shape& leading, const Tensor& x, int own);

// The same attention in plain ops, for derivatives of the second order and above: memory for all scores at once, or for
// D times as many in additive form; of a graph for D numbers an edge. `stat` as the kernel gave it.
Tensor plain_attention(const AttentionCall& call, const AttentionOperands& operands, const Tensor& stat);

// What the kernels take, with the arrays that it points to.
struct AttentionArguments {
  AttentionArguments(const AttentionCall& call, const AttentionOperands& operands);
  AttentionArguments(const AttentionArguments&) = delete;
  kernels::Attention of;
  std::vector<int64_t> q_at, k_at, v_at, mask_at, relative_at;
};

}  // namespace dlcore
