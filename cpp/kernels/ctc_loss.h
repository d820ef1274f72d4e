#pragma once

#include <cstdint>

#include "dlcore/dtype.h"

namespace dlcore::kernels {

// For each of `batch` examples: log-probabilities x (steps, batch, classes), contiguous, of which the first
// input_lengths[i] steps count, and a target of target_lengths[i] classes from targets[target_at[i]] on.
struct Ctc {
  int64_t steps, batch, classes, blank;
  int64_t states;  // 2 max(target_lengths) + 1
  const int64_t *targets, *target_at, *input_lengths, *target_lengths;
};

// losses (batch,), infinite where a target does not fit into its steps; alpha (batch, steps, states): the log of the
// probability of all ways that end, at this step, in this state.
void ctc_loss(DType dtype, const Ctc& of, const void* x, void* losses, void* alpha);
// dx = dy * d loss / dx
void ctc_loss_backward(DType dtype, const Ctc& of, const void* x, const void* losses, const void* alpha, const void* dy,
                       void* dx);

}  // namespace dlcore::kernels
