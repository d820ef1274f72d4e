#include "ops/nn/attention.h"

#include "ops/random/fill.h"
#include "ops/second_gradients.h"

namespace dlcore {
namespace {

using Needed = std::array<bool, kAttentionOperands>;

std::vector<Saved> saved(const AttentionOperands& operands) { return {operands.begin(), operands.end()}; }
AttentionOperands loaded(const std::vector<Saved>& saved) {
  AttentionOperands operands;
  for (int i = 0; i < kAttentionOperands; ++i) operands[i] = saved[i];
  return operands;
}

Shape shape_of(const Shape& leading, int64_t rows, int64_t cols) {
  Shape shape = leading;
  shape.push_back(rows);
  shape.push_back(cols);
  return shape;
}

// ds, summed over what the mask is broadcast to.
Tensor mask_gradient(const AttentionArguments& arguments, const kernels::AttentionRows& dy, const Tensor& y,
                     const Tensor& stat, const AttentionCall& call, const Tensor& mask) {
  const Tensor dmask = empty_like(mask);
  const int own = std::min(call.is_graph() ? 1 : 2, mask.ndim());
  // Where each item's mask begins in contiguous memory, divided by what one mask takes.
  const int64_t cols = mask.ndim() < 1 ? 1 : mask.size(mask.ndim() - 1);
  const int64_t rows = own < 2 ? 1 : mask.size(mask.ndim() - 2), each = std::max<int64_t>(rows * cols, 1);
  std::vector<int64_t> owner = item_offsets(call.items, dmask, own);
  for (int64_t& item : owner) item /= each;
  kernels::attention_mask_backward(y.dtype(), arguments.of, dy, y.data(), stat.data(),
                                   {dmask.data(), mask.numel() / each, owner.data(), rows, cols});
  return dmask;
}

// A result's gradient with respect to what it was before it was broadcast.
Tensor back_to(const Tensor& dx, const Tensor& x) { return dx.shape() == x.shape() ? dx : sum_to(dx, x.shape()); }

// Gradients of all operands that are needed, by the kernels.
AttentionOperands fused_gradients(const AttentionCall& call, const AttentionOperands& operands, const Tensor& dy_,
                                  const Tensor& y, const Tensor& stat, const Needed& needed) {
  const NoGrad off;
  const DType dtype = y.dtype();
  const AttentionArguments arguments(call, operands);
  const Tensor dy = dy_.size(dy_.ndim() - 1) <= 1 || dy_.strides()[dy_.ndim() - 1] == 1 ? dy_ : contiguous(dy_);
  const std::vector<int64_t> dy_at = item_offsets(call.items, dy, 2);
  const kernels::AttentionRows dy_rows{dy.data(), dy_at.data(), dy.strides()[dy.ndim() - 2]};

  AttentionOperands d;
  const auto want = [&](int i, const Shape& shape) -> void* {
    if (!needed[i]) return nullptr;
    d[i] = empty(shape, dtype);
    return d[i].data();
  };
  kernels::AttentionGradients to{};
  to.dq = want(kQuery, shape_of(call.items, call.Tq, call.D));
  to.dk = want(kKey, shape_of(call.pairs, call.Tk, call.D));
  to.dv = want(kValue, shape_of(call.pairs, call.Tk, call.Dv));
  to.dw = want(kScoreWeight, {call.D});
  if (needed[kRelativeBias]) {
    Shape shape = call.items;
    shape.push_back(operands[kRelativeBias].shape().back());
    to.dr = want(kRelativeBias, shape);
  }
  if (to.dq || to.dk || to.dv || to.dw || to.dr)
    kernels::attention_backward(dtype, arguments.of, dy_rows, y.data(), stat.data(), to);
  if (needed[kMask]) d[kMask] = mask_gradient(arguments, dy_rows, y, stat, call, operands[kMask]);
  for (int i = 0; i < kAttentionOperands; ++i) {
    if (d[i].defined()) d[i] = back_to(d[i], operands[i]);
  }
  return d;
}

std::vector<Tensor> attention_backward(const AttentionCall& call, const AttentionOperands& operands, const Tensor& dy,
                                       const Tensor& y, const Tensor& stat, std::span<const bool> needed_) {
  Needed needed;
  std::copy(needed_.begin(), needed_.end(), needed.begin());
  const AttentionOperands d = fused_gradients(call, operands, dy, y, stat, needed);

  std::vector<Tensor> ys, xs{dy};
  std::vector<int> outputs;
  for (int i = 0; i < kAttentionOperands; ++i) {
    xs.push_back(operands[i]);
    if (!d[i].defined()) continue;
    ys.push_back(d[i]);
    outputs.push_back(i);
  }
  record_joint(call.backward_name, ys, xs,
               [call, operands = saved(operands), dy = Saved(dy), stat, outputs](std::span<const Tensor> ddys,
                                                                                 std::span<const bool> needed2) {
                 const PlainForm plain = [&](std::span<const Tensor> inputs) {
                   AttentionOperands own;
                   std::copy(inputs.begin(), inputs.end(), own.begin());
                   return std::vector<Tensor>{plain_attention(call, own, stat)};
                 };
                 return second_gradients(plain, std::span(&dy.get(), 1), loaded(operands), outputs, ddys, needed2);
               });
  return {d.begin(), d.end()};
}

Tensor attend(const AttentionCall& call, const AttentionOperands& operands) {
  const Tensor& q = operands[kQuery];
  const Tensor y = empty(shape_of(call.items, call.Tq, call.Dv), q.dtype());
  const Tensor stat = empty({numel_of(call.items), call.Tq}, q.dtype());
  kernels::attention(q.dtype(), AttentionArguments(call, operands).of, y.data(), stat.data());
  record_joint(call.name, std::span(&y, 1), operands,
               [call, operands = saved(operands), stat](std::span<const Tensor> dys, std::span<const Tensor> ys,
                                                        std::span<const bool> needed) {
                 return attention_backward(call, loaded(operands), dys[0], ys[0].detach(), stat, needed);
               });
  return y;
}

Tensor attention(const char* name, const char* backward_name, AttentionOperands operands,
                 const AttentionOptions& options, const Generator& generator) {
  AttentionCall call = check_attention(name, operands, options);
  call.backward_name = backward_name;
  if (call.dropout == 1) {
    const Tensor y = zeros(shape_of(call.items, call.Tq, call.Dv), operands[kQuery].dtype());
    record_joint(name, std::span(&y, 1), operands, [operands = saved(operands)](auto, std::span<const bool> needed) {
      std::vector<Tensor> d(kAttentionOperands);
      for (int i = 0; i < kAttentionOperands; ++i) {
        if (needed[i]) d[i] = zeros_like(operands[i].get());
      }
      return d;
    });
    return y;
  }
  if (call.dropout > 0) {
    const int64_t items = numel_of(call.items), rows = call.is_graph() ? items : items * call.Tq;
    const int64_t numbers = call.is_graph() ? call.indices.numel() : call.Tk;
    call.stream = take(generator, rows * kernels::blocks_of(numbers, 1) * kernels::kBlockWords, 1);
  }
  return attend(call, operands);
}

}  // namespace

Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const AttentionOptions& options, const Generator& generator) {
  return attention("scaled_dot_product_attention", "scaled_dot_product_attention_backward",
                   {query, key, value, Tensor(), options.attn_mask, options.relative_bias}, options, generator);
}

Tensor additive_attention(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& score_weight,
                          const AttentionOptions& options, const Generator& generator) {
  return attention("additive_attention", "additive_attention_backward",
                   {query, key, value, score_weight, options.attn_mask, options.relative_bias}, options, generator);
}

}  // namespace dlcore
