#include "ops/nn/recurrence.h"

#include "ops/second_gradients.h"

namespace dlcore {
namespace {

using Operands = std::vector<Tensor>;

void* data_of(const Tensor& x) { return x.defined() ? x.data() : nullptr; }

// What the kernels left for backward; undefined where they leave nothing.
struct Kept {
  Tensor cells, gates;
};

kernels::RecurrenceArrays arrays_of(const Operands& of, const Tensor& y, const Tensor& h, const Tensor& c,
                                    const Kept& kept) {
  return {of[kInputs].data(),
          of[kInputWeight].data(),
          of[kStateWeight].data(),
          data_of(of[kInputBias]),
          data_of(of[kStateBias]),
          of[kFirstState].data(),
          data_of(of[kFirstCell]),
          y.data(),
          data_of(h),
          data_of(c),
          data_of(kept.cells),
          data_of(kept.gates)};
}

Operands contiguous_all(const Operands& operands) {
  Operands result;
  for (const Tensor& x : operands) result.push_back(x.defined() ? contiguous(x) : x);
  return result;
}

// Gradients of all operands that are needed; the kernel adds to those of weights and biases.
Operands fused_gradients(const RecurrentCall& call, const Operands& operands, std::span<const Tensor> dys,
                         const Tensor& y, const Kept& kept, std::span<const bool> needed) {
  const NoGrad off;
  const Operands of = contiguous_all(operands);
  const auto start = [](const Tensor& dy, const Tensor& like) { return dy.defined() ? clone(dy) : zeros_like(like); };
  const Tensor dy = dys[0].defined() ? contiguous(dys[0]) : Tensor();
  const Tensor dh = start(dys[1], of[kFirstState]);
  const Tensor dc = of[kFirstCell].defined() ? start(dys[2], of[kFirstCell]) : Tensor();
  Operands d(kRecurrentOperands);
  if (needed[kInputs]) d[kInputs] = empty_like(of[kInputs]);
  for (const int i : {kInputWeight, kStateWeight, kInputBias, kStateBias}) {
    if (needed[i]) d[i] = zeros_like(of[i]);
  }
  kernels::recurrence_backward(y.dtype(), call.kernel(), arrays_of(of, y, {}, {}, kept),
                               {data_of(dy), dh.data(), data_of(dc), data_of(d[kInputs]), data_of(d[kInputWeight]),
                                data_of(d[kStateWeight]), data_of(d[kInputBias]), data_of(d[kStateBias])});
  if (needed[kFirstState]) d[kFirstState] = dh;
  if (needed[kFirstCell]) d[kFirstCell] = dc;
  return d;
}

Operands recurrence_backward(const RecurrentCall& call, const Operands& operands, std::span<const Tensor> dys,
                             const Tensor& y, const Kept& kept, std::span<const bool> needed) {
  const Operands d = fused_gradients(call, operands, dys, y, kept, needed);
  Operands outputs, inputs(dys.begin(), dys.end());
  std::vector<int> which;
  for (int i = 0; i < kRecurrentOperands; ++i) {
    inputs.push_back(operands[i]);
    if (!d[i].defined()) continue;
    outputs.push_back(d[i]);
    which.push_back(i);
  }
  record_joint("recurrence_backward", outputs, inputs,
               [call, which, count = dys.size(), inputs = std::vector<Saved>(inputs.begin(), inputs.end())](
                   std::span<const Tensor> ddys, std::span<const bool> needed2) {
                 const Operands all(inputs.begin(), inputs.end());
                 const PlainForm plain = [&](std::span<const Tensor> xs) { return plain_recurrence(call, xs); };
                 const std::span<const Tensor> both(all);
                 return second_gradients(plain, both.first(count), both.subspan(count), which, ddys, needed2);
               });
  return d;
}

RecurrentCall check(Cell cell, const Operands& of, std::span<const int64_t> batch_sizes, bool reverse) {
  const Tensor &x = of[kInputs], &h0 = of[kFirstState], &c0 = of[kFirstCell], &w_x = of[kInputWeight];
  const bool lstm = cell == Cell::Lstm;
  const int64_t G = kernels::gates_of(cell);
  if (x.ndim() != 2) raise<ValueError>("recurrence: expected input of shape (rows, I), got ", x.shape());
  const int64_t I = x.size(1);
  if (w_x.ndim() != 2 || w_x.size(0) == 0 || w_x.size(0) % G != 0 || w_x.size(1) != I)
    raise<ValueError>("recurrence: expected weight_ih of shape (", G, " * H, ", I, "), got ", w_x.shape());
  RecurrentCall call{cell, reverse, 0, I, w_x.size(0) / G, {batch_sizes.begin(), batch_sizes.end()}, {0}};
  if (h0.ndim() != 2) raise<ValueError>("recurrence: expected hx of shape (N, H), got ", h0.shape());
  call.batch = h0.size(0);
  const auto expect = [](const char* what, const Tensor& x, const Shape& shape) {
    if (x.defined() && x.shape() != shape)
      raise<ValueError>("recurrence: expected ", what, " of shape ", shape, ", got ", x.shape());
  };
  if (of[kProjection].defined() && (!lstm || of[kProjection].ndim() != 2 || of[kProjection].size(1) != call.H))
    raise<ValueError>("recurrence: expected weight_hr of shape (P, ", call.H, ") and an LSTM, got ",
                      of[kProjection].shape());
  const int64_t P = of[kProjection].defined() ? of[kProjection].size(0) : call.H;
  expect("hx", h0, {call.batch, P});
  if (c0.defined() != lstm) raise<ValueError>("recurrence: expected cx for an LSTM, and for an LSTM alone");
  expect("cx", c0, {call.batch, call.H});
  expect("weight_hh", of[kStateWeight], {G * call.H, P});
  expect("bias_ih", of[kInputBias], {G * call.H});
  expect("bias_hh", of[kStateBias], {G * call.H});
  for (const Tensor& operand : of) {
    if (operand.defined() && (operand.dtype() != x.dtype() || !is_floating(x.dtype())))
      raise<TypeError>("recurrence: expected one floating dtype, got ", x.dtype(), " and ", operand.dtype());
  }
  int64_t most = call.batch;
  for (int64_t size : batch_sizes) {
    if (size < 1 || size > most)
      raise<ValueError>("recurrence: expected batch_sizes that fall from at most ", call.batch, " to at least 1, got ",
                        size, " after ", most);
    most = size;
    call.first.push_back(call.first.back() + size);
  }
  if (call.first.back() != x.size(0))
    raise<ValueError>("recurrence: expected ", call.first.back(), " rows of input for these batch_sizes, got ",
                      x.size(0));
  return call;
}

}  // namespace

RecurrentStates recurrence(Cell cell, const Tensor& x, const Tensor& h0, const Tensor& c0,
                           const RecurrentWeights& weights, std::span<const int64_t> batch_sizes, bool reverse) {
  const Operands operands{x, h0, c0, weights.w_ih, weights.w_hh, weights.b_ih, weights.b_hh, weights.w_hr};
  const RecurrentCall call = check(cell, operands, batch_sizes, reverse);
  const bool lstm = cell == Cell::Lstm;
  if (weights.w_hr.defined()) {
    const Operands ys = plain_recurrence(call, operands);
    return {ys[0], ys[1], ys[2]};
  }
  bool needs_grad = false;
  for (const Tensor& t : operands) needs_grad |= grad_enabled() && t.defined() && t.requires_grad();

  Operands ys{empty({x.size(0), call.H}, x.dtype()), empty(h0.shape(), x.dtype())};
  if (lstm) ys.push_back(empty(c0.shape(), x.dtype()));
  Kept kept;
  if (needs_grad && lstm) kept.cells = empty(ys[0].shape(), x.dtype());
  if (needs_grad && kernels::kept_of(cell) > 0)
    kept.gates = empty({x.size(0), kernels::kept_of(cell) * call.H}, x.dtype());
  {
    const NoGrad off;
    kernels::recurrence(x.dtype(), call.kernel(),
                        arrays_of(contiguous_all(operands), ys[0], ys[1], lstm ? ys[2] : Tensor(), kept));
  }
  record_joint(
      "recurrence", ys, operands,
      [call, kept, operands = std::vector<Saved>(operands.begin(), operands.end())](
          std::span<const Tensor> dys, std::span<const Tensor> results, std::span<const bool> needed) {
        return recurrence_backward(call, {operands.begin(), operands.end()}, dys, results[0].detach(), kept, needed);
      });
  return {ys[0], ys[1], lstm ? ys[2] : Tensor()};
}

}  // namespace dlcore
