#include "dlcore/ops.h"
#include "kernels/optim.h"
#include "ops/optim/targets.h"

namespace dlcore {

void sgd_step(std::span<const Tensor> params, std::span<Tensor> momentum_buffers, const SgdOptions& options) {
  check_option("sgd_step", "lr", options.lr);
  check_option("sgd_step", "momentum", options.momentum);
  check_option("sgd_step", "dampening", options.dampening);
  check_option("sgd_step", "weight_decay", options.weight_decay);
  const bool heavy = options.momentum != 0;
  if (heavy && momentum_buffers.size() != params.size())
    raise<ValueError>("sgd_step: expected ", params.size(), " momentum buffers, got ", momentum_buffers.size());

  const NoGrad no_grad;
  const std::vector<Target> targets = targets_of("sgd_step", params);
  if (heavy) {
    for (const Target& t : targets) {
      if (const Tensor& v = momentum_buffers[t.index]; v.defined()) check_state("sgd_step", "momentum_buffer", v, t.w);
    }
  }
  for (const DType dtype : {DType::Float32, DType::Float64}) {
    std::vector<kernels::SgdSlice> slices;
    for (const Target& t : targets) {
      if (t.w.dtype() != dtype) continue;
      Tensor* v = heavy ? &momentum_buffers[t.index] : nullptr;
      const bool first = v && !v->defined();
      if (first) *v = zeros_like(t.w);
      slices.push_back({t.w.data(), t.dw.data(), v ? v->data() : nullptr, t.w.numel(), first});
    }
    kernels::sgd_step(dtype, slices, options);
  }
  for (const Target& t : targets) {
    t.finish();
    if (heavy) mark_written(momentum_buffers[t.index]);
  }
}

}  // namespace dlcore
