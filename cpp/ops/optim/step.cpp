#include "ops/optim/step.h"

#include <cmath>

namespace dlcore {
namespace {

void check_buffer(const char* op, const char* name, const Tensor& buffer, const Tensor& w) {
  if (buffer.shape() != w.shape() || buffer.dtype() != w.dtype())
    raise<ValueError>(op, ": ", name, " expected ", w.dtype(), " of shape ", w.shape(), ", got ", buffer.dtype(),
                      " of shape ", buffer.shape());
  if (!buffer.is_contiguous()) raise<ValueError>(op, ": ", name, " expected a contiguous tensor");
  check_writable(op, buffer);
}

}  // namespace

void CheckOption::operator()(const char* name, double value, double most) const {
  if (!std::isfinite(value) || value < 0)
    raise<ValueError>(op, ": ", name, " expected a finite number >= 0, got ", value);
  if (value > most) raise<ValueError>(op, ": ", name, " expected a number <= ", most, ", got ", value);
}

void CheckOption::operator()(const char* name, const Betas& value) const {
  for (const double beta : value) {
    if (!(beta >= 0 && beta < 1)) raise<ValueError>(op, ": ", name, " expected two numbers in [0, 1), got ", beta);
  }
}

GroupStep::GroupStep(const StatePlan& plan, std::span<const Tensor> params, std::span<OptimizerState> states)
    : plan_(plan) {
  if (states.size() != params.size())
    raise<ValueError>(plan.op, ": expected ", params.size(), " states, got ", states.size());
  targets_.reserve(params.size());
  for (size_t i = 0; i < params.size(); ++i) {
    const Tensor dw = params[i].grad();
    if (!dw.defined()) continue;
    check_writable(plan.op, params[i]);
    targets_.push_back({params[i], contiguous(params[i]), contiguous(dw), &states[i]});
    check(states[i], targets_.back().w);
  }
}

void GroupStep::check(const OptimizerState& state, const Tensor& w) const {
  const bool begun = state.step.defined();
  if (begun && (state.step.numel() != 1 || state.step.dtype() != DType::Float32))
    raise<ValueError>(plan_.op, ": step expected a float32 tensor with one element, got ", state.step.dtype(),
                      " of shape ", state.step.shape());
  for (size_t i = 0; i < plan_.names.size(); ++i) {
    if (state.buffers[i].defined()) {
      check_buffer(plan_.op, plan_.names[i], state.buffers[i], w);
    } else if (begun && plan_.always[i]) {
      raise<ValueError>(plan_.op, ": a state with step expected ", plan_.names[i], " too, got none");
    }
  }
}

void GroupStep::begin() {
  for (const Target& t : targets_) slices_[t.w.dtype() == DType::Float64].push_back(slice_of(t));
}

kernels::OptimSlice GroupStep::slice_of(const Target& t) const {
  OptimizerState& state = *t.state;
  kernels::OptimSlice slice = {t.w.data(), t.dw.data(), {}, t.w.numel(), 0, false};
  for (size_t i = 0; i < plan_.names.size(); ++i) {
    if (!plan_.keeps[i]) continue;
    Tensor& buffer = state.buffers[i];
    if (!buffer.defined()) {
      slice.first = true;
      buffer = full(t.w.shape(), plan_.initial, t.w.dtype());
    }
    slice.state[i] = buffer.data();
  }
  if (plan_.counts) {
    if (!state.step.defined()) state.step = zeros({});
    slice.step = *state.step.data<float>() += 1;
  }
  return slice;
}

void GroupStep::finish() const {
  for (const Target& t : targets_) {
    if (t.w.is(t.param)) {
      mark_written(t.param);
    } else {
      copy_(t.param, t.w);
    }
    if (plan_.counts) mark_written(t.state->step);
    for (size_t i = 0; i < plan_.names.size(); ++i) {
      if (plan_.keeps[i]) mark_written(t.state->buffers[i]);
    }
  }
}

}  // namespace dlcore
