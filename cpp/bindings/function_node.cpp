#include "function_node.h"

#include <set>
#include <string>

#include "casters.h"

namespace py = pybind11;

namespace dlcore::bindings {
namespace {

// Names of user functions live as long as the process, as a node keeps its name by pointer.
const char* interned(const std::string& name) {
  static auto* const names = new std::set<std::string>;
  return names->insert(name).first->c_str();
}

class FunctionNode final : public Node {
 public:
  FunctionNode(const std::string& name, const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
               const std::vector<std::optional<Tensor>>& saved, py::function backward)
      : Node(interned(name), static_cast<int>(outputs.size())), backward_(std::move(backward)) {
    for (const Tensor& x : inputs) edges_.push_back(detail::edge_to(x));
    for (const auto& x : saved) {
      Kept kept;
      for (size_t i = 0; x && i < outputs.size(); ++i) {
        if (x->is(outputs[i])) kept.output = static_cast<int>(i);
      }
      if (kept.output >= 0) {
        kept.result.keep(*x);
      } else if (x) {
        kept.other.emplace(*x);
      }
      saved_.push_back(std::move(kept));
    }
  }
  ~FunctionNode() override { release(); }

  std::span<const Edge> edges() const override { return edges_; }

  void apply(std::span<const Tensor> dys, std::span<const bool> needed, std::span<Tensor> dxs) override {
    const py::gil_scoped_acquire locked;
    if (!backward_) detail::raise_released(name());
    py::list saved, grads, wanted;
    for (const Kept& kept : saved_) {
      saved.append(kept.output >= 0 ? kept.result.get(this, kept.output) : kept.other ? kept.other->get() : Tensor());
    }
    for (const Tensor& dy : dys) grads.append(dy);
    for (const bool need : needed) wanted.append(need);
    const py::list out = (*backward_)(saved, grads, wanted);
    if (out.size() != edges_.size())
      raise<AutogradError>(name(), ": backward gave ", out.size(), " gradients for ", edges_.size(), " tensors");
    for (size_t i = 0; i < edges_.size(); ++i) {
      if (!out[i].is_none()) dxs[i] = out[i].cast<Tensor>();
    }
  }

  void release() override {
    saved_.clear();
    if (!backward_) return;
    if (!Py_IsInitialized()) {
      backward_->release();
      return;
    }
    const py::gil_scoped_acquire locked;
    backward_.reset();
  }

 private:
  struct Kept {
    int output = -1;
    detail::SavedResult result;
    std::optional<Saved> other;
  };
  std::vector<Edge> edges_;
  std::vector<Kept> saved_;
  std::optional<py::function> backward_;
};

}  // namespace

void record_function(const std::string& name, const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                     const std::vector<std::optional<Tensor>>& saved, py::function backward) {
  const Ref<Node> node(new FunctionNode(name, outputs, inputs, saved, std::move(backward)));
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (is_floating(outputs[i].dtype())) detail::set_history(outputs[i], node, static_cast<int>(i));
  }
}

}  // namespace dlcore::bindings
