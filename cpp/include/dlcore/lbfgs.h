#pragma once

#include <functional>
#include <vector>

#include "dlcore/tensor.h"

// What the step of L-BFGS is given, by PyTorch's names. It is an optimizer of its own kind: it calls the loss as often
// as it needs, and what it remembers is of all parameters together.
namespace DLCORE_API dlcore {

struct LbfgsOptions {
  double lr = 1;
  int64_t max_iter = 20;
  int64_t max_eval = 25;
  double tolerance_grad = 1e-7;
  double tolerance_change = 1e-9;
  int64_t history_size = 100;
  bool strong_wolfe = false;  // whether a line search finds the length of each step
};

// Vectors are flat: all parameters, one behind the other. The weights are where the last step, t along d, ended.
struct LbfgsState {
  int64_t func_evals = 0, n_iter = 0;
  Tensor d;
  double t = 0;
  Tensor prev_flat_grad;  // where the last step began
  double prev_loss = 0;
  double h_diag = 1;                       // the diagonal that the inverse Hessian is thought to have before any pair
  std::vector<Tensor> old_stps, old_dirs;  // steps s, the oldest first, and the changes y of the gradient along them
  Tensor products;                         // float64 (2, pairs, pairs): s_i y_j, of which i <= j count, and y_i y_j
};

// Computes the loss and its gradients anew, and returns it.
using Closure = std::function<double()>;

}  // namespace dlcore
