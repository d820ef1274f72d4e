#pragma once

#include <array>
#include <initializer_list>
#include <span>
#include <vector>

#include "dlcore/optim_options.h"
#include "dlcore/tensor.h"

// What an optimizer's step is given: NOTE [Optimizers].
namespace DLCORE_API dlcore {

// What is remembered of a parameter. It begins undefined, and is made at the parameter's first step: tensors in the
// order of the optimizer's kState.
struct OptimizerState {
  Tensor step;
  std::array<Tensor, 3> buffers;
};

// Parameters that share options, and a state for each of them.
template <class Options>
struct OptimGroup {
  std::span<const Tensor> params;
  std::span<OptimizerState> states;
  Options options;
};

// All groups of a step, which someone else holds.
template <class Options>
struct OptimGroups : std::span<const OptimGroup<Options>> {
  OptimGroups(const std::vector<OptimGroup<Options>>& groups) : std::span<const OptimGroup<Options>>(groups) {}
  OptimGroups(std::initializer_list<OptimGroup<Options>> groups)
      : std::span<const OptimGroup<Options>>(groups.begin(), groups.size()) {}
};

}  // namespace dlcore
