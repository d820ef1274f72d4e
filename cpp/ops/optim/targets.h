#pragma once

#include <span>
#include <vector>

#include "dlcore/autograd.h"

namespace dlcore {

// A parameter that has a gradient, in the form that a kernel takes.
struct Target {
  size_t index;  // among all parameters
  Tensor param;
  Tensor w;   // param, or a contiguous copy of it
  Tensor dw;  // contiguous

  void finish() const;  // brings what was computed back to param
};

// Checks and collects the parameters that have a gradient. Call with gradients off.
std::vector<Target> targets_of(const char* op, std::span<const Tensor> params);

// Raises unless a tensor of an optimizer's state is of the parameter's shape and dtype, and contiguous.
void check_state(const char* op, const char* name, const Tensor& state, const Tensor& param);

// Raises unless a hyper-parameter is finite and not negative.
void check_option(const char* op, const char* name, double value);

}  // namespace dlcore
