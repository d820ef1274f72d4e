#pragma once

#include <array>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "dlcore/tensor.h"

// NOTE [The tape]
// An op computes its result with gradients off, then calls record() with a formula per input. A Node keeps those
// formulas by value, and an Edge per input: the node that made the input, or the leaf that gathers its gradient. Nodes
// are numbered as they are born, and an op is born after its inputs, so "highest number first" is a topological order.
// A formula is written in ops, which record themselves when create_graph is on: that is how any order comes about.
namespace DLCORE_API dlcore {

struct Edge {
  Ref<Node> node;  // null: this input needs no gradient
  int index = 0;   // which of that node's outputs it was
};

using Hook = std::function<Tensor(const Tensor& grad)>;  // returns the gradient to go on with, or undefined: no change

class Node : public RefCounted {
 public:
  Node(const char* name, int outputs);
  virtual ~Node();
  static void destroy(Node* node);  // iterative: a chain of a million nodes does not overflow the stack

  const char* name() const { return name_; }
  uint64_t sequence() const { return sequence_; }
  int outputs() const { return outputs_; }
  virtual bool is_leaf() const { return false; }

  virtual std::span<const Edge> edges() const = 0;
  // Gradients of the outputs in (undefined: zero), gradients of the inputs out, where `needed`.
  virtual void apply(std::span<const Tensor> dys, std::span<const bool> needed, std::span<Tensor> dxs) = 0;
  virtual void release() = 0;  // lets the saved tensors go; another apply is an error

  int add_hook(int output, Hook hook);
  void remove_hook(int id);
  void run_hooks(std::span<Tensor> dys) const;

  const std::string& module_path() const;  // where the op ran, when debug mode knew it

 private:
  struct HookEntry {
    int id, output;
    Hook hook;
  };
  struct Extras {
    std::vector<HookEntry> hooks;
    int next_hook = 0;
    std::string module_path;
  };
  Extras& extras();

  const char* name_;
  uint64_t sequence_;
  int outputs_;
  std::unique_ptr<Extras> extras_;
};

// Where a gradient is kept.
class GradSlot : public RefCounted {
 public:
  static void destroy(GradSlot* slot) { delete slot; }
  Tensor get() const;
  void set(const Tensor& grad);

 private:
  mutable std::mutex mutex_;
  Tensor grad_;
};

// Whether ops record. Per thread.
bool grad_enabled();
void set_grad_enabled(bool on);
class GradMode {
 public:
  explicit GradMode(bool on) : before_(grad_enabled()) { set_grad_enabled(on); }
  ~GradMode() { set_grad_enabled(before_); }
  GradMode(const GradMode&) = delete;

 private:
  bool before_;
};
struct NoGrad : GradMode {
  NoGrad() : GradMode(false) {}
};

// An input that a formula needs again: remembers the state it was in, and refuses to serve another.
class Saved {
 public:
  Saved(const Tensor& x) : x_(x), version_(x.defined() ? x.impl()->storage->version() : 0) {}
  const Tensor& get() const {
    if (x_.defined() && x_.impl()->storage->version() != version_) refuse();
    return x_;
  }
  operator const Tensor&() const { return get(); }

 private:
  [[noreturn]] void refuse() const;  // names the op whose gradient is being computed
  Tensor x_;
  uint32_t version_;
};

// ---- How an op records its gradient ----

// wrt(x, [w = Saved(w)](const Tensor& dy) { return mul(dy, w); }): the gradient with respect to x.
// A formula that takes (dy, y) gets the op's result too, with its history, without keeping itself alive.
template <class F>
struct Wrt {
  const Tensor& x;
  F formula;
};
template <class F>
Wrt<F> wrt(const Tensor& x, F formula) {
  return {x, std::move(formula)};
}

namespace detail {

Edge edge_to(const Tensor& x);
void set_history(const Tensor& y, Ref<Node> node, int index);
void check_finite(const char* op, const Tensor& y);
extern bool checking_finite;
[[noreturn]] void raise_released(const char* op);
// A result as its own node may keep it: no reference back to the node, which joins again on the way out.
class SavedResult {
 public:
  void keep(const Tensor& y) { y_.emplace(y.detach()); }
  void drop() { y_.reset(); }
  Tensor get(Node* node, int index) const;

 private:
  std::optional<Saved> y_;
};

template <class F>
inline constexpr bool kTakesResult = std::is_invocable_v<F&, const Tensor&, const Tensor&>;

template <class... Fs>
class FormulaNode final : public Node {
 public:
  explicit FormulaNode(const char* name, Wrt<Fs>&&... wrts)
      : Node(name, 1), edges_{edge_to(wrts.x)...}, formulas_(std::in_place, std::move(wrts.formula)...) {}

  void keep_result(const Tensor& y) {
    if constexpr ((kTakesResult<Fs> || ...)) y_.keep(y);
  }
  std::span<const Edge> edges() const override { return edges_; }
  void apply(std::span<const Tensor> dys, std::span<const bool> needed, std::span<Tensor> dxs) override {
    if (!formulas_) raise_released(name());
    const Tensor& dy = dys[0];
    Tensor y;
    if constexpr ((kTakesResult<Fs> || ...)) y = y_.get(this, 0);
    [&]<size_t... I>(std::index_sequence<I...>) {
      ((needed[I] ? void(dxs[I] = call(std::get<I>(*formulas_), dy, y)) : void()), ...);
    }
    (std::index_sequence_for<Fs...>{});
  }
  void release() override {
    formulas_.reset();
    y_.drop();
  }

 private:
  template <class F>
  static Tensor call(F& formula, const Tensor& dy, const Tensor& y) {
    if constexpr (kTakesResult<F>) {
      return formula(dy, y);
    } else {
      return formula(dy);
    }
  }
  std::array<Edge, sizeof...(Fs)> edges_;
  std::optional<std::tuple<Fs...>> formulas_;
  SavedResult y_;
};

template <class F>
class JointNode final : public Node {
 public:
  JointNode(const char* name, std::span<const Tensor> xs, std::span<const Tensor> ys, F backward)
      : Node(name, static_cast<int>(ys.size())), backward_(std::move(backward)) {
    for (const Tensor& x : xs) edges_.push_back(edge_to(x));
    if constexpr (kTakesResults) {
      ys_.resize(ys.size());
      for (size_t i = 0; i < ys.size(); ++i) ys_[i].keep(ys[i]);
    }
  }
  std::span<const Edge> edges() const override { return edges_; }
  void apply(std::span<const Tensor> dys, std::span<const bool> needed, std::span<Tensor> dxs) override {
    if (!backward_) raise_released(name());
    std::vector<Tensor> out;
    if constexpr (kTakesResults) {
      std::vector<Tensor> ys;
      for (size_t i = 0; i < ys_.size(); ++i) ys.push_back(ys_[i].get(this, static_cast<int>(i)));
      out = (*backward_)(dys, std::span<const Tensor>(ys), needed);
    } else {
      out = (*backward_)(dys, needed);
    }
    for (size_t i = 0; i < out.size(); ++i) dxs[i] = std::move(out[i]);
  }
  void release() override {
    backward_.reset();
    ys_.clear();
  }

 private:
  static constexpr bool kTakesResults =
      std::is_invocable_v<F&, std::span<const Tensor>, std::span<const Tensor>, std::span<const bool>>;
  std::vector<Edge> edges_;
  std::optional<F> backward_;
  std::vector<SavedResult> ys_;
};

inline bool needs_history(const Tensor& x) { return x.defined() && x.requires_grad(); }

}  // namespace detail

// Gives y its history: one formula per input that can have a gradient.
//   return record("mul", y, wrt(a, [b = Saved(b)](const Tensor& dy) { return mul(dy, b); }), ...);
template <class... Fs>
Tensor record(const char* name, const Tensor& y, Wrt<Fs>... wrts) {
  if (detail::checking_finite) detail::check_finite(name, y);
  if (!grad_enabled() || !(detail::needs_history(wrts.x) || ...) || !is_floating(y.dtype())) return y;
  auto* node = new detail::FormulaNode<Fs...>(name, std::move(wrts)...);
  const Ref<Node> ref(node);
  node->keep_result(y);
  detail::set_history(y, ref, 0);
  return y;
}

// The same where one backward serves several inputs or outputs at once:
//   std::vector<Tensor> backward(std::span<const Tensor> dys, std::span<const bool> needed)
// or (dys, ys, needed) to have the results again. An undefined dys[i] stands for zero; an undefined gradient may be
// returned for an input that is not needed.
template <class F>
void record_joint(const char* name, std::span<const Tensor> ys, std::span<const Tensor> xs, F backward) {
  if (detail::checking_finite) {
    for (const Tensor& y : ys) detail::check_finite(name, y);
  }
  if (!grad_enabled()) return;
  bool any = false;
  for (const Tensor& x : xs) any |= detail::needs_history(x);
  if (!any) return;
  const Ref<Node> node(new detail::JointNode<F>(name, xs, ys, std::move(backward)));
  for (size_t i = 0; i < ys.size(); ++i) {
    if (is_floating(ys[i].dtype())) detail::set_history(ys[i], node, static_cast<int>(i));
  }
}
template <class F>
Tensor record_joint(const char* name, const Tensor& y, std::initializer_list<Tensor> xs, F backward) {
  record_joint(name, std::span<const Tensor>(&y, 1), std::span<const Tensor>(xs.begin(), xs.size()),
               std::move(backward));
  return y;
}

// ---- Changes in place ----

// Call before x is written: refuses read-only memory, an expanded tensor and, while recording, a leaf that needs a
// gradient.
void check_writable(const char* op, const Tensor& x);
// Call after x was written without a history of its own (no gradient involved).
inline void mark_written(const Tensor& x) { x.impl()->storage->bump_version(); }
// Gives x, whose elements have just been overwritten with y's, the history of y; a view passes it on to its base.
void adopt_history(const Tensor& x, const Tensor& y);

// ---- Gradients ----

// d(sum of outputs * grad_outputs) is added to the .grad of every leaf it depends on.
void backward(std::span<const Tensor> outputs, std::span<const Tensor> grad_outputs, bool retain_graph,
              bool create_graph);
// The same gradients, returned for `inputs` alone; undefined where an input was not used (an error unless allowed).
std::vector<Tensor> grad(std::span<const Tensor> outputs, std::span<const Tensor> inputs,
                         std::span<const Tensor> grad_outputs, bool retain_graph, bool create_graph, bool allow_unused);

// A hook on x's gradient; remove it with the node and id.
struct HookHandle {
  Ref<Node> node;
  int id;
  void remove() const { node->remove_hook(id); }
};
HookHandle register_hook(const Tensor& x, Hook hook);

// ---- Debugging ----

// While on, every op looks at its result, and the first NaN or infinity raises an error that names the op and module.
void set_check_finite(bool on);
void push_module(const std::string& name);
void pop_module();

}  // namespace dlcore
