#pragma once

#include "dlcore/autograd.h"

namespace dlcore {

// The node at the start of every history: adds what reaches it to the leaf's .grad.
class LeafNode final : public Node {
 public:
  LeafNode(const Tensor& leaf, Ref<GradSlot> slot);
  bool is_leaf() const override { return true; }
  std::span<const Edge> edges() const override { return {}; }
  void apply(std::span<const Tensor>, std::span<const bool>, std::span<Tensor>) override {}
  void release() override {}
  void accumulate(Tensor&& dx);

 private:
  Shape shape_;
  DType dtype_;
  Ref<GradSlot> slot_;
  std::mutex mutex_;  // two threads may train on one leaf
};

// The sum of two gradients, into a's own memory where nobody else can see it and no graph is made.
Tensor add_gradients(Tensor&& a, const Tensor& b);

}  // namespace dlcore
