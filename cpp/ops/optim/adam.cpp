#include "dlcore/ops.h"
#include "kernels/optim.h"
#include "ops/optim/targets.h"

namespace dlcore {
namespace {

void check_options(const AdamOptions& options) {
  check_option("adam_step", "lr", options.lr);
  check_option("adam_step", "eps", options.eps);
  check_option("adam_step", "weight_decay", options.weight_decay);
  for (const double beta : {options.beta1, options.beta2}) {
    if (!(beta >= 0 && beta < 1)) raise<ValueError>("adam_step: betas expected two numbers in [0, 1), got ", beta);
  }
}

void check(const AdamState& state, const Tensor& w) {
  if (!state.step.defined()) return;
  if (state.step.numel() != 1 || state.step.dtype() != DType::Float32)
    raise<ValueError>("adam_step: step expected a float32 tensor with one element, got ", state.step.dtype(),
                      " of shape ", state.step.shape());
  for (const auto& [name, tensor] :
       {std::pair("exp_avg", &state.exp_avg), std::pair("exp_avg_sq", &state.exp_avg_sq)}) {
    if (!tensor->defined()) raise<ValueError>("adam_step: a state with step expected ", name, " too, got none");
    check_state("adam_step", name, *tensor, w);
  }
  if (state.max_exp_avg_sq.defined()) check_state("adam_step", "max_exp_avg_sq", state.max_exp_avg_sq, w);
}

void begin(AdamState& state, const Tensor& w, bool amsgrad) {
  if (!state.step.defined()) {
    state.step = zeros({});
    state.exp_avg = zeros_like(w);
    state.exp_avg_sq = zeros_like(w);
  }
  if (amsgrad && !state.max_exp_avg_sq.defined()) state.max_exp_avg_sq = zeros_like(w);
}

}  // namespace

void adam_step(std::span<const Tensor> params, std::span<AdamState> states, const AdamOptions& options) {
  check_options(options);
  if (states.size() != params.size())
    raise<ValueError>("adam_step: expected ", params.size(), " states, got ", states.size());

  const NoGrad no_grad;
  const std::vector<Target> targets = targets_of("adam_step", params);
  for (const Target& t : targets) check(states[t.index], t.w);
  for (const DType dtype : {DType::Float32, DType::Float64}) {
    std::vector<kernels::AdamSlice> slices;
    for (const Target& t : targets) {
      if (t.w.dtype() != dtype) continue;
      AdamState& s = states[t.index];
      begin(s, t.w, options.amsgrad);
      const float step = *s.step.data<float>() += 1;
      slices.push_back({t.w.data(), t.dw.data(), s.exp_avg.data(), s.exp_avg_sq.data(),
                        options.amsgrad ? s.max_exp_avg_sq.data() : nullptr, t.w.numel(), step});
    }
    kernels::adam_step(dtype, slices, options);
  }
  for (const Target& t : targets) {
    t.finish();
    for (const Tensor* x : {&states[t.index].step, &states[t.index].exp_avg, &states[t.index].exp_avg_sq})
      mark_written(*x);
    if (options.amsgrad) mark_written(states[t.index].max_exp_avg_sq);
  }
}

}  // namespace dlcore
