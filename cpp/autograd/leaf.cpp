#include "autograd/leaf.h"

// Gradients are added by the op `add`, so that with create_graph the sum has a history. This file and views.cpp are the
// two in which the tape calls ops.
#include "dlcore/ops.h"

namespace dlcore {
namespace {

bool owned_alone(const Tensor& x) {
  const TensorImpl& impl = *x.impl();
  return impl.ref_count() == 1 && impl.storage->ref_count() == 1 && impl.contiguous && !impl.storage->read_only();
}

}  // namespace

LeafNode::LeafNode(const Tensor& leaf, Ref<GradSlot> slot)
    : Node("leaf", 1), shape_(leaf.shape()), dtype_(leaf.dtype()), slot_(std::move(slot)) {}

void LeafNode::accumulate(Tensor&& dx) {
  if (dx.shape() != shape_ || dx.dtype() != dtype_)
    raise<AutogradError>("backward: a leaf of shape ", shape_, " and dtype ", dtype_, " was given a gradient of shape ",
                         dx.shape(), " and dtype ", dx.dtype());
  const std::lock_guard lock(mutex_);
  const Tensor before = slot_->get();
  if (!before.defined()) {
    slot_->set(owned_alone(dx) ? dx : clone(dx));
  } else if (grad_enabled()) {
    slot_->set(add(before, dx));
  } else {
    add_(before, dx);
  }
}

Tensor add_gradients(Tensor&& a, const Tensor& b) {
  if (grad_enabled() || !owned_alone(a) || a.shape() != b.shape() || a.dtype() != b.dtype()) return add(a, b);
  add_(a, b);
  return std::move(a);
}

}  // namespace dlcore
