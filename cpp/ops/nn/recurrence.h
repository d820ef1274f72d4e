#pragma once

#include <vector>

#include "dlcore/nn.h"
#include "kernels/recurrence.h"

// What the files of recurrence share.
namespace dlcore {

// The tensors that have gradients, in the order in which they are recorded; undefined where absent.
enum RecurrentOperand {
  kInputs,
  kFirstState,
  kFirstCell,
  kInputWeight,
  kStateWeight,
  kInputBias,
  kStateBias,
  kProjection,
  kRecurrentOperands
};

// A checked call, without the operands.
struct RecurrentCall {
  Cell cell;
  bool reverse;
  int64_t batch, I, H;
  std::vector<int64_t> batch_sizes, first;  // first: the row at which each step begins, and the number of rows

  kernels::Recurrence kernel() const {
    return {cell, reverse, static_cast<int64_t>(batch_sizes.size()), batch, I, H, batch_sizes.data(), first.data()};
  }
};

// y, h and, of an LSTM, c, step by step in plain ops.
std::vector<Tensor> plain_recurrence(const RecurrentCall& call, std::span<const Tensor> operands);

}  // namespace dlcore
