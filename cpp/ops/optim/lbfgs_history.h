#pragma once

#include "dlcore/lbfgs.h"
#include "kernels/optim/lbfgs.h"

// NOTE [Compact L-BFGS]
// The direction d = -H g, as two loops over all pairs give it, each a product and a sum of long vectors, is also that
// of two systems with the triangle U of the products s_i y_j, i <= j, the oldest pair first:
//   U a = -S g,   U' b = diag(U) a + h (Y Y' a + Y g),   d = S' b - h (Y' a + g).
// So the history is read twice: for its products with the newest change and g, and for d. What the pairs' products with
// each other are stays from one iteration to the next.
// Byrd, Nocedal and Schnabel, Representations of quasi-Newton matrices (1994), theorem 2.2.
namespace dlcore {

// Lets the oldest pairs go where there are more than `capacity`, and computes products that the state came without.
void fit_history(LbfgsState& state, int64_t capacity);

// state.d = -g, with an empty history; measured beside g.
kernels::Measured first_direction(LbfgsState& state, const Tensor& g);

// state.d = -H g. Before that the last step is remembered, if the loss curves upwards along it; state.t is 0 then.
kernels::Measured next_direction(LbfgsState& state, int64_t capacity, const Tensor& g);

}  // namespace dlcore
