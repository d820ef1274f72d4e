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
  int64_t steps, batch, I, H;          // I features of the inputs, H of the states
  const int64_t *batch_sizes, *first;  // first[steps] is the number of rows
};

// How many H-wide blocks the weights of a cell have, and how many of them its backward needs again.
constexpr int64_t gates_of(Cell cell) { return cell == Cell::Lstm ? 4 : cell == Cell::Gru ? 3 : 1; }
constexpr int64_t kept_of(Cell cell) { return cell == Cell::Lstm || cell == Cell::Gru ? 4 : 0; }

// All contiguous: the inputs x (rows, I); w_x (G H, I), w_h (G H, H), and b_x, b_h (G H,) or null; h0, c0, and the last
// states h, c (batch, H); the states of all steps y and, of an LSTM, cells (rows, H); the gates kept (rows, 4 H): i, f,
// g, o of an LSTM, r, z, n, w_h h + b_h of a GRU. `cells` and `kept` may be null.
struct RecurrenceArrays {
  const void *x, *w_x, *w_h, *b_x, *b_h, *h0, *c0;
  void *y, *h, *c, *cells, *kept;
};
void recurrence(DType dtype, const Recurrence& of, const RecurrenceArrays& arrays);

// From dy (null: zero) and the gradients of the last states, in place of which those of h0 and c0 are left. Where they
// are not null, dx is written, and the weights' and biases' gradients are added to.
struct RecurrenceGradients {
  const void* dy;
  void *dh, *dc, *dx, *dw_x, *dw_h, *db_x, *db_h;
};
void recurrence_backward(DType dtype, const Recurrence& of, const RecurrenceArrays& arrays,
                         const RecurrenceGradients& to);

}  // namespace dlcore::kernels
