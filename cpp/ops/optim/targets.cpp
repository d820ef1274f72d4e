#include "ops/optim/targets.h"

#include <cmath>

#include "dlcore/ops.h"

namespace dlcore {

void Target::finish() const {
  if (w.is(param)) {
    mark_written(param);
  } else {
    copy_(param, w);
  }
}

std::vector<Target> targets_of(const char* op, std::span<const Tensor> params) {
  std::vector<Target> targets;
  targets.reserve(params.size());
  for (size_t i = 0; i < params.size(); ++i) {
    const Tensor dw = params[i].grad();
    if (!dw.defined()) continue;
    check_writable(op, params[i]);
    targets.push_back({i, params[i], contiguous(params[i]), contiguous(dw)});
  }
  return targets;
}

void check_state(const char* op, const char* name, const Tensor& state, const Tensor& param) {
  if (state.shape() != param.shape() || state.dtype() != param.dtype())
    raise<ValueError>(op, ": ", name, " expected ", param.dtype(), " of shape ", param.shape(), ", got ", state.dtype(),
                      " of shape ", state.shape());
  if (!state.is_contiguous()) raise<ValueError>(op, ": ", name, " expected a contiguous tensor");
  check_writable(op, state);
}

void check_option(const char* op, const char* name, double value) {
  if (!std::isfinite(value) || value < 0)
    raise<ValueError>(op, ": ", name, " expected a finite number >= 0, got ", value);
}

}  // namespace dlcore
