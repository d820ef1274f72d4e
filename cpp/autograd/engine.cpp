#include <map>
#include <unordered_map>
#include <unordered_set>

#include "autograd/leaf.h"
#include "autograd/running.h"
#include "dlcore/autograd.h"
#include "dlcore/ops.h"

// NOTE [The walk]
// Nodes wait in a map from their number, highest first. A node whose turn has come has all its gradient, since whatever
// used its result was born later. Only waiting nodes are held, so the walk needs memory for the width of the graph, not
// its length.
namespace dlcore {
namespace {

using Targets = std::unordered_map<const Node*, std::vector<std::pair<int, size_t>>>;  // node -> (output, result)

struct Waiting {
  Ref<Node> node;
  Tensor first;              // gradient of output 0
  std::vector<Tensor> rest;  // of the others; empty for the common op with one output

  Tensor& operator[](int output) {
    if (output == 0) return first;
    if (rest.empty()) rest.resize(node->outputs() - 1);
    return rest[output - 1];
  }
};

// The nodes from which a target can be reached.
std::unordered_set<const Node*> nodes_toward(const Targets& targets, std::span<const Edge> roots) {
  std::vector<const Node*> found, stack;
  std::unordered_set<const Node*> seen;
  const auto visit = [&](const Edge& edge) {
    if (edge.node && seen.insert(edge.node.get()).second) stack.push_back(edge.node.get());
  };
  for (const Edge& root : roots) visit(root);
  while (!stack.empty()) {
    const Node* node = stack.back();
    stack.pop_back();
    found.push_back(node);
    for (const Edge& edge : node->edges()) visit(edge);
  }
  std::sort(found.begin(), found.end(), [](auto* a, auto* b) { return a->sequence() < b->sequence(); });
  std::unordered_set<const Node*> toward;
  for (const Node* node : found) {
    bool needed = targets.contains(node);
    for (const Edge& edge : node->edges()) needed = needed || (edge.node && toward.contains(edge.node.get()));
    if (needed) toward.insert(node);
  }
  return toward;
}

class Walk {
 public:
  // Without targets, leaves gather what reaches them; with targets, only what leads to one is computed.
  Walk(bool retain_graph, const Targets* targets, std::unordered_set<const Node*> toward, std::vector<Tensor>* results)
      : retain_graph_(retain_graph), targets_(targets), toward_(std::move(toward)), results_(results) {}

  void give(const Edge& edge, Tensor&& dy) {
    if (!edge.node || !dy.defined() || !wanted(edge.node.get())) return;
    const auto [at, fresh] = waiting_.try_emplace(edge.node->sequence());
    Waiting& waiting = at->second;
    if (fresh) waiting.node = edge.node;
    Tensor& sum = waiting[edge.index];
    sum = sum.defined() ? add_gradients(std::move(sum), dy) : std::move(dy);
  }

  void run() {
    while (!waiting_.empty()) {
      auto entry = waiting_.extract(waiting_.begin());
      step(entry.mapped());
    }
  }

 private:
  bool wanted(const Node* node) const { return !targets_ || toward_.contains(node); }

  void step(Waiting& waiting) {
    Node& node = *waiting.node;
    const Running running(&node);
    std::span<Tensor> dys(&waiting.first, 1);
    if (!waiting.rest.empty()) {
      all_.assign(1, std::move(waiting.first));
      std::move(waiting.rest.begin(), waiting.rest.end(), std::back_inserter(all_));
      dys = all_;
    } else if (node.outputs() > 1) {
      all_.assign(node.outputs(), Tensor());
      all_[0] = std::move(waiting.first);
      dys = all_;
    }
    node.run_hooks(dys);
    if (targets_) capture(node, dys);
    if (node.is_leaf()) {
      if (!targets_) static_cast<LeafNode&>(node).accumulate(std::move(dys[0]));
      return;
    }
    const std::span<const Edge> edges = node.edges();
    needed_.resize(edges.size());
    bool any = false;
    for (size_t i = 0; i < edges.size(); ++i) any |= needed_[i] = edges[i].node && wanted(edges[i].node.get());
    if (!any) return;
    dxs_.assign(edges.size(), Tensor());
    node.apply(dys, {reinterpret_cast<const bool*>(needed_.data()), edges.size()}, dxs_);
    if (!retain_graph_) node.release();
    for (size_t i = 0; i < edges.size(); ++i) {
      if (needed_[i]) give(edges[i], std::move(dxs_[i]));
    }
  }

  void capture(const Node& node, std::span<const Tensor> dys) {
    const auto found = targets_->find(&node);
    if (found == targets_->end()) return;
    for (const auto& [output, result] : found->second) (*results_)[result] = dys[output];
  }

  bool retain_graph_;
  const Targets* targets_;
  std::unordered_set<const Node*> toward_;
  std::vector<Tensor>* results_;
  std::map<uint64_t, Waiting, std::greater<>> waiting_;
  std::vector<Tensor> all_, dxs_;
  std::vector<char> needed_;
};

// The gradient to start from: given, or one for a single number.
Tensor seed(const char* op, const Tensor& y, const Tensor& dy) {
  if (!y.requires_grad())
    raise<AutogradError>(op, ": the output of shape ", y.shape(), " does not require a gradient and has no history");
  if (!dy.defined()) {
    if (y.numel() != 1)
      raise<AutogradError>(op, ": an output of shape ", y.shape(), " needs a gradient of its shape to start from");
    return ones(y.shape(), y.dtype());
  }
  if (dy.shape() != y.shape())
    raise<ValueError>(op, ": expected a gradient of shape ", y.shape(), ", got ", dy.shape());
  return dy.dtype() == y.dtype() ? dy : to(dy, y.dtype());
}

void start(Walk& walk, const char* op, std::span<const Tensor> ys, std::span<const Tensor> dys) {
  if (!dys.empty() && dys.size() != ys.size())
    raise<ValueError>(op, ": expected ", ys.size(), " output gradients, got ", dys.size());
  std::vector<Tensor> seeds;
  for (size_t i = 0; i < ys.size(); ++i) seeds.push_back(seed(op, ys[i], dys.empty() ? Tensor() : dys[i]));
  for (size_t i = 0; i < ys.size(); ++i) walk.give(detail::edge_to(ys[i]), std::move(seeds[i]));
}

}  // namespace

void backward(std::span<const Tensor> outputs, std::span<const Tensor> grad_outputs, bool retain_graph,
              bool create_graph) {
  const GradMode mode(create_graph);
  Walk walk(retain_graph, nullptr, {}, nullptr);
  start(walk, "backward", outputs, grad_outputs);
  walk.run();
}

std::vector<Tensor> grad(std::span<const Tensor> outputs, std::span<const Tensor> inputs,
                         std::span<const Tensor> grad_outputs, bool retain_graph, bool create_graph,
                         bool allow_unused) {
  Targets targets;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].requires_grad())
      raise<AutogradError>("grad: input ", i, " of shape ", inputs[i].shape(), " does not require a gradient");
    const Edge edge = detail::edge_to(inputs[i]);
    targets[edge.node.get()].emplace_back(edge.index, i);
  }
  std::vector<Edge> roots;
  for (const Tensor& y : outputs) roots.push_back(detail::edge_to(y));

  std::vector<Tensor> results(inputs.size());
  const GradMode mode(create_graph);
  Walk walk(retain_graph, &targets, nodes_toward(targets, roots), &results);
  start(walk, "grad", outputs, grad_outputs);
  walk.run();
  for (size_t i = 0; i < results.size() && !allow_unused; ++i) {
    if (!results[i].defined())
      raise<AutogradError>("grad: input ", i, " of shape ", inputs[i].shape(),
                           " was not used for the outputs; allow_unused=True returns None for it");
  }
  return results;
}

}  // namespace dlcore
