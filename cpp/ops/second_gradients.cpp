#include "ops/second_gradients.h"

#include "dlcore/ops.h"

namespace dlcore {

std::vector<Tensor> second_gradients(const PlainForm& plain, std::span<const Tensor> dys, std::span<const Tensor> xs,
                                     std::span<const int> outputs, std::span<const Tensor> ddxs,
                                     std::span<const bool> needed) {
  const bool create_graph = grad_enabled();
  const GradMode on(true);
  // Inputs of their own, so that a tensor that is two of them at once has two gradients; they keep their history.
  const auto own = [](std::span<const Tensor> tensors) {
    std::vector<Tensor> owned;
    for (const Tensor& x : tensors) owned.push_back(x.defined() && x.requires_grad() ? mul(x, 1) : x);
    return owned;
  };
  const std::vector<Tensor> own_dys = own(dys), own_xs = own(xs), plain_ys = plain(own_xs);

  std::vector<Tensor> ys, incoming, wanted;
  for (size_t k = 0; k < plain_ys.size(); ++k) {
    if (!dys[k].defined() || !plain_ys[k].requires_grad()) continue;
    ys.push_back(plain_ys[k]);
    incoming.push_back(own_dys[k]);
  }
  std::vector<Tensor> results(needed.size());
  if (ys.empty()) return results;
  for (int i : outputs) wanted.push_back(own_xs[i]);
  const std::vector<Tensor> dxs = grad(ys, wanted, incoming, true, true, true);

  std::vector<Tensor> firsts, seeds, targets;
  for (size_t j = 0; j < dxs.size(); ++j) {
    if (!dxs[j].defined() || !dxs[j].requires_grad() || !ddxs[j].defined()) continue;
    firsts.push_back(dxs[j]);
    seeds.push_back(ddxs[j]);
  }
  if (firsts.empty()) return results;
  for (size_t i = 0; i < needed.size(); ++i) {
    if (needed[i]) targets.push_back(i < dys.size() ? own_dys[i] : own_xs[i - dys.size()]);
  }
  const std::vector<Tensor> found = grad(firsts, targets, seeds, create_graph, create_graph, true);
  for (size_t i = 0, next = 0; i < needed.size(); ++i) {
    if (needed[i]) results[i] = found[next++];
  }
  return results;
}

}  // namespace dlcore
