#pragma once

#include <limits>
#include <span>
#include <vector>

#include "dlcore/ops.h"
#include "kernels/optim.h"

namespace dlcore {

// Raises unless a hyper-parameter is finite, not negative and at most `most`.
struct CheckOption {
  const char* op;

  void operator()(const char* name, double value, double most = std::numeric_limits<double>::infinity()) const;
  void operator()(const char* name, const Betas& value) const;
  void operator()(const char*, bool) const {}
};

// An optimizer's state, as its options say: which buffers it keeps, and which it keeps whatever the options.
struct StatePlan {
  const char* op;
  std::span<const char* const> names;
  std::array<bool, 3> keeps{}, always{};
  bool counts = false;
  double initial = 0;  // what a buffer holds before the first step
};

template <class Options>
StatePlan plan_of(const char* op, const Options& options) {
  StatePlan plan = {.op = op, .names = Options::kState, .counts = Options::kCounts};
  for (size_t i = 0; i < Options::kState.size(); ++i) {
    plan.keeps[i] = options.keeps(i);
    plan.always[i] = Options{}.keeps(i);
  }
  if constexpr (requires { options.initial_accumulator_value; }) plan.initial = options.initial_accumulator_value;
  return plan;
}

// The step of a group. Made, it is checked; `begin` makes the state that is missing; `finish` brings the results back
// to the parameters.
class GroupStep {
 public:
  GroupStep(const StatePlan& plan, std::span<const Tensor> params, std::span<OptimizerState> states);
  void begin();
  std::span<const kernels::OptimSlice> slices(DType dtype) const { return slices_[dtype == DType::Float64]; }
  void finish() const;

 private:
  struct Target {
    Tensor param, w, dw;  // w is param, or a contiguous copy of it
    OptimizerState* state;
  };
  void check(const OptimizerState& state, const Tensor& w) const;
  kernels::OptimSlice slice_of(const Target& target) const;

  StatePlan plan_;
  std::vector<Target> targets_;
  std::vector<kernels::OptimSlice> slices_[2];  // float32, float64
};

template <class Options>
void step(const char* op, OptimGroups<Options> groups, void (*kernel)(DType, kernels::OptimSlices, const Options&)) {
  const NoGrad no_grad;
  std::vector<GroupStep> steps;
  steps.reserve(groups.size());
  for (const OptimGroup<Options>& group : groups) {
    Options::visit(group.options, CheckOption{op});
    steps.emplace_back(plan_of(op, group.options), group.params, group.states);
  }
  for (GroupStep& group : steps) group.begin();
  for (size_t i = 0; i < groups.size(); ++i) {
    for (const DType dtype : {DType::Float32, DType::Float64}) kernel(dtype, steps[i].slices(dtype), groups[i].options);
    steps[i].finish();
  }
}

}  // namespace dlcore
