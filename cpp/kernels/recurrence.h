#pragma once

#include <cstdint>

#include "dlcore/cell.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

// Sequences that go through a cell side by side, the longest first: sequence i has its step t in row first[t] + i, and
// has one as long as i < batch_sizes[t]. In reverse each begins at its own last step.
struct Recurrence {
  Cell cell;
  bool reverse;
  int64_t steps, batch, H;
  const int64_t *batch_sizes, *first;  // first[steps] is the number of rows
};

// How many H-wide blocks a cell has in z and w, and how many of them its backward needs again.
constexpr int64_t gates_of(Cell cell) { return cell == Cell::Lstm ? 4 : cell == Cell::Gru ? 3 : 1; }
constexpr int64_t kept_of(Cell cell) { return cell == Cell::Lstm || cell == Cell::Gru ? 4 : 0; }

// All contiguous: z (rows, G H), what the inputs contribute; w (G H, H) and b (G H,) or null, for the state's part;
// h0, c0, and the last states h, c (batch, H); the states of all steps y and, of an LSTM, cells (rows, H); the gates
// kept (rows, 4 H): i, f, g, o of an LSTM, r, z, n, w_n h + b_n of a GRU. `cells` and `kept` may be null.
struct RecurrenceArrays {
  const void *z, *w, *b, *h0, *c0;
  void *y, *h, *c, *cells, *kept;
};
void recurrence(DType dtype, const Recurrence& of, const RecurrenceArrays& arrays);

// From dy (null: zero) and the gradients of the last states, in place of which those of h0 and c0 are left: dz, and
// for a GRU dw_h (rows, G H), the gradient of w h + b, which the others' dz is.
struct RecurrenceGradients {
  const void* dy;
  void *dh, *dc, *dz, *dw_h;
};
void recurrence_backward(DType dtype, const Recurrence& of, const RecurrenceArrays& arrays,
                         const RecurrenceGradients& to);

// The state that each step of y began with (rows, H).
void previous_states(DType dtype, const Recurrence& of, const void* y, const void* h0, void* previous);

}  // namespace dlcore::kernels
