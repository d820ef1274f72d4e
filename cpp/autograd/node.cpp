#include <atomic>

#include "autograd/running.h"
#include "dlcore/autograd.h"

namespace dlcore {
namespace {

std::atomic<uint64_t> next_sequence{1};
const std::string kNoModule;

}  // namespace

Node::Node(const char* name, int outputs)
    : name_(name), sequence_(next_sequence.fetch_add(1, std::memory_order_relaxed)), outputs_(outputs) {
  if (detail::checking_finite) extras().module_path = current_module_path();
}

Node::~Node() = default;

// The destructor of a node drops its edges and saved tensors, whose nodes may fall to zero in turn. They queue up here
// instead of nesting.
void Node::destroy(Node* node) {
  thread_local std::vector<Node*>* queue = nullptr;
  if (queue) {
    queue->push_back(node);
    return;
  }
  std::vector<Node*> doomed{node};
  queue = &doomed;
  while (!doomed.empty()) {
    Node* next = doomed.back();
    doomed.pop_back();
    delete next;
  }
  queue = nullptr;
}

Node::Extras& Node::extras() {
  if (!extras_) extras_ = std::make_unique<Extras>();
  return *extras_;
}

int Node::add_hook(int output, Hook hook) {
  Extras& e = extras();
  e.hooks.push_back({e.next_hook, output, std::move(hook)});
  return e.next_hook++;
}

void Node::remove_hook(int id) {
  if (extras_) std::erase_if(extras_->hooks, [id](const HookEntry& h) { return h.id == id; });
}

void Node::run_hooks(std::span<Tensor> dys) const {
  if (!extras_) return;
  const std::vector<HookEntry> hooks = extras_->hooks;  // a hook may remove itself
  for (const HookEntry& entry : hooks) {
    Tensor& dy = dys[entry.output];
    if (!dy.defined()) continue;
    Tensor changed = entry.hook(dy);
    if (!changed.defined()) continue;
    if (changed.shape() != dy.shape())
      raise<ValueError>("hook: expected a gradient of shape ", dy.shape(), ", got ", changed.shape());
    dy = std::move(changed);
  }
}

const std::string& Node::module_path() const { return extras_ ? extras_->module_path : kNoModule; }

Tensor GradSlot::get() const {
  const std::lock_guard lock(mutex_);
  return grad_;
}

void GradSlot::set(const Tensor& grad) {
  Tensor before = grad;  // the old gradient goes after the lock: its history may need other locks to go
  const std::lock_guard lock(mutex_);
  std::swap(grad_, before);
}

void Saved::refuse() const {
  raise<AutogradError>(running_op(), ": a tensor of shape ", x_.shape(),
                       " that its gradient needs was changed in place: it is at version ",
                       x_.impl()->storage->version(), ", expected ", version_);
}

void detail::raise_released(const char* op) {
  raise<AutogradError>(op, ": its saved tensors are gone after an earlier backward; pass retain_graph=True there");
}

Tensor detail::SavedResult::get(Node* node, int index) const {
  const Tensor& saved = y_->get();
  if (!grad_enabled()) return saved;
  Tensor y = saved.detach();
  if (is_floating(y.dtype())) set_history(y, Ref<Node>(node), index);
  return y;
}

}  // namespace dlcore
