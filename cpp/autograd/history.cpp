#include "autograd/leaf.h"
#include "autograd/views.h"
#include "dlcore/autograd.h"

namespace dlcore {
namespace {

thread_local bool recording = true;

GradSlot* slot_of(TensorImpl& impl) {
  if (!impl.grad_slot) impl.grad_slot = make_ref<GradSlot>();
  return impl.grad_slot.get();
}

}  // namespace

bool grad_enabled() { return recording; }
void set_grad_enabled(bool on) { recording = on; }

Edge detail::edge_to(const Tensor& x) {
  if (!x.defined()) return {};
  refresh_view(x);
  return {x.impl()->node, x.impl()->output_index};
}

void detail::set_history(const Tensor& y, Ref<Node> node, int index) {
  y.impl()->node = std::move(node);
  y.impl()->output_index = index;
}

bool Tensor::requires_grad() const {
  if (impl_->base) refresh_view(*this);
  return static_cast<bool>(impl_->node);
}

bool Tensor::is_leaf() const { return !requires_grad() || impl_->node->is_leaf(); }

Ref<Node> Tensor::grad_fn() const { return is_leaf() ? Ref<Node>() : impl_->node; }

Tensor& Tensor::requires_grad_(bool on) {
  if (on == requires_grad()) return *this;
  if (on) {
    if (!is_floating(dtype()))
      raise<TypeError>("requires_grad_: only floating tensors can have gradients, got ", dtype());
    slot_of(*impl_);
    detail::set_history(*this, Ref<Node>(new LeafNode(*this, impl_->grad_slot)), 0);
  } else {
    if (!is_leaf()) raise<AutogradError>("requires_grad_: only a leaf can stop needing a gradient; use detach()");
    impl_->node = nullptr;
  }
  return *this;
}

Tensor Tensor::grad() const { return impl_->grad_slot ? impl_->grad_slot->get() : Tensor(); }

void Tensor::set_grad(const Tensor& grad) {
  if (grad.defined() && (grad.shape() != shape() || grad.dtype() != dtype()))
    raise<ValueError>("grad: expected shape ", shape(), " and dtype ", dtype(), ", got ", grad.shape(), " and ",
                      grad.dtype());
  slot_of(*impl_)->set(grad);
}

void Tensor::set_data(const Tensor& x) {
  if (!is_leaf() || impl_->base) raise<AutogradError>("data: only a leaf that is no view can take other elements");
  const bool wanted = requires_grad();
  if (wanted && !is_floating(x.dtype()))
    raise<TypeError>("data: only floating tensors can have gradients, got ", x.dtype());
  TensorImpl& impl = *impl_;
  const TensorImpl& from = *x.impl();
  impl.storage = from.storage;
  impl.data = from.data;
  impl.shape = from.shape;
  impl.strides = from.strides;
  impl.numel = from.numel;
  impl.dtype = from.dtype;
  impl.contiguous = from.contiguous;
  impl.node = nullptr;
  impl.grad_slot = nullptr;
  if (wanted) requires_grad_();
}

void Tensor::retain_grad() {
  if (!requires_grad()) raise<AutogradError>("retain_grad: the tensor does not require a gradient");
  if (is_leaf() || impl_->grad_slot) return;
  slot_of(*impl_);
  register_hook(*this, [slot = impl_->grad_slot](const Tensor& grad) {
    slot->set(grad);
    return Tensor();
  });
}

void Tensor::backward(const Tensor& gradient, bool retain_graph, bool create_graph) const {
  dlcore::backward({this, 1}, {&gradient, 1}, retain_graph, create_graph);
}

HookHandle register_hook(const Tensor& x, Hook hook) {
  if (!x.requires_grad()) raise<AutogradError>("register_hook: the tensor does not require a gradient");
  const Edge edge = detail::edge_to(x);
  return {edge.node, edge.node->add_hook(edge.index, std::move(hook))};
}

void check_writable(const char* op, const Tensor& x) {
  if (x.impl()->storage->read_only()) raise<ValueError>(op, ": the tensor's memory is read-only");
  for (int d = 0; d < x.ndim(); ++d) {
    if (x.strides()[d] == 0 && x.size(d) > 1)
      raise<ValueError>(op, ": several elements of the tensor of shape ", x.shape(), " share one place in memory; ",
                        "call clone() first");
  }
  if (!grad_enabled()) return;
  const auto is_needed_leaf = [](const Ref<Node>& node) { return node && node->is_leaf(); };
  if (x.requires_grad() && is_needed_leaf(x.impl()->node))
    raise<AutogradError>(op, ": a leaf that requires a gradient cannot be changed in place; use no_grad()");
  if (x.impl()->base && is_needed_leaf(x.impl()->base->node))
    raise<AutogradError>(op, ": a view of a leaf that requires a gradient cannot be changed in place; use no_grad()");
}

}  // namespace dlcore
