#include "ops/nn/recurrence.h"

namespace dlcore {
namespace {

struct State {
  Tensor h, c;
};

// One step of n sequences, from what the inputs contribute to the gates.
State next(const RecurrentCall& call, std::span<const Tensor> of, const Tensor& z, const State& before) {
  const Tensor from_state = linear(before.h, of[kStateWeight], of[kStateBias]);
  if (call.cell == Cell::Tanh) return {tanh(z + from_state), {}};
  if (call.cell == Cell::Relu) return {relu(z + from_state), {}};
  if (call.cell == Cell::Lstm) {
    const std::vector<Tensor> gates = chunk(z + from_state, 4, 1);
    const Tensor c = sigmoid(gates[1]) * before.c + sigmoid(gates[0]) * tanh(gates[2]);
    const Tensor m = sigmoid(gates[3]) * tanh(c);
    return {of[kProjection].defined() ? linear(m, of[kProjection]) : m, c};
  }
  const std::vector<Tensor> a = chunk(z, 3, 1), b = chunk(from_state, 3, 1);
  const Tensor n = tanh(a[2] + sigmoid(a[0] + b[0]) * b[2]);
  return {n + sigmoid(a[1] + b[1]) * (before.h - n), {}};
}

Tensor rows(const Tensor& x, int64_t begin, int64_t end) {
  return begin == 0 && end == x.size(0) ? x : slice(x, 0, begin, end);
}

}  // namespace

// Sequences whose turn is over, or, in reverse, has not come yet, wait at the end of h and c.
std::vector<Tensor> plain_recurrence(const RecurrentCall& call, std::span<const Tensor> of) {
  const auto steps = static_cast<int64_t>(call.batch_sizes.size());
  std::vector<Tensor> ys(call.batch_sizes.size());
  const Tensor from_inputs = linear(of[kInputs], of[kInputWeight], of[kInputBias]);
  State state{of[kFirstState], of[kFirstCell]};
  for (int64_t s = 0; s < steps; ++s) {
    const int64_t t = call.reverse ? steps - 1 - s : s, n = call.batch_sizes[t];
    const State before{rows(state.h, 0, n), state.c.defined() ? rows(state.c, 0, n) : Tensor()};
    const State after = next(call, of, rows(from_inputs, call.first[t], call.first[t] + n), before);
    ys[t] = after.h;
    const auto replace = [&](const Tensor& all, const Tensor& now) {
      return n == call.batch ? now : cat(std::array{now, rows(all, n, call.batch)});
    };
    state.h = replace(state.h, after.h);
    if (state.c.defined()) state.c = replace(state.c, after.c);
  }
  std::vector<Tensor> results{steps == 0 ? zeros({0, state.h.size(1)}, state.h.dtype()) : cat(ys), state.h};
  if (state.c.defined()) results.push_back(state.c);
  return results;
}

}  // namespace dlcore
