#include <pybind11/functional.h>

#include "define.h"
#include "function_node.h"

namespace dlcore::bindings {
namespace {

// A Python callable as a hook: called, and let go, with the interpreter lock held.
class PythonHook {
 public:
  explicit PythonHook(py::function f) : f_(new py::function(std::move(f)), drop) {}
  Tensor operator()(const Tensor& grad) const {
    const py::gil_scoped_acquire locked;
    const py::object changed = (*f_)(grad);
    return changed.is_none() ? Tensor() : changed.cast<Tensor>();
  }

 private:
  static void drop(py::function* f) {
    if (!Py_IsInitialized()) return;
    const py::gil_scoped_acquire locked;
    delete f;
  }
  std::shared_ptr<py::function> f_;
};

using Tensors = std::vector<Tensor>;
using OptionalTensors = std::vector<std::optional<Tensor>>;

Tensors defined_or_empty(const OptionalTensors& xs) {
  Tensors out;
  for (const auto& x : xs) out.push_back(x.value_or(Tensor()));
  return out;
}

}  // namespace

void define_autograd(py::module_& m) {
  py::class_<Node, Ref<Node>>(m, "Node", "An op in the history of a tensor.")
      .def_property_readonly("name", &Node::name)
      .def_property_readonly("next_functions",
                             [](const Node& node) {
                               std::vector<std::pair<Ref<Node>, int>> out;
                               for (const Edge& e : node.edges()) out.emplace_back(e.node, e.index);
                               return out;
                             })
      .def("__repr__", [](const Node& node) { return text("<", node.name(), ">"); });

  py::class_<HookHandle>(m, "RemovableHandle", "A registered hook.")
      .def("remove", &HookHandle::remove, "Remove the hook.")
      .def("__enter__", [](const HookHandle& handle) { return handle; })
      .def("__exit__", [](const HookHandle& handle, const py::args&) { handle.remove(); });

  m.def("is_grad_enabled", &grad_enabled, "Tell whether ops of this thread record their gradients.");
  m.def("_set_grad_enabled", &set_grad_enabled, "enabled"_a);
  m.def("_set_check_finite", &set_check_finite, "enabled"_a);
  m.def("_push_module", &push_module, "name"_a);
  m.def("_pop_module", &pop_module);

  m.def(
      "_backward",
      [](const Tensors& outputs, const OptionalTensors& grads, bool retain_graph, bool create_graph) {
        const Tensors dys = defined_or_empty(grads);
        const py::gil_scoped_release unlocked;
        backward(outputs, dys, retain_graph, create_graph);
      },
      "outputs"_a, "grad_outputs"_a, "retain_graph"_a, "create_graph"_a);
  m.def(
      "_grad",
      [](const Tensors& outputs, const Tensors& inputs, const OptionalTensors& grads, bool retain_graph,
         bool create_graph, bool allow_unused) {
        const Tensors dys = defined_or_empty(grads);
        Tensors dxs;
        {
          const py::gil_scoped_release unlocked;
          dxs = grad(outputs, inputs, dys, retain_graph, create_graph, allow_unused);
        }
        return dxs;
      },
      "outputs"_a, "inputs"_a, "grad_outputs"_a, "retain_graph"_a, "create_graph"_a, "allow_unused"_a);
  m.def("_record_function", &record_function, "name"_a, "outputs"_a, "inputs"_a, "saved"_a, "backward"_a);

  Family(m)
      .method(
          "backward",
          [](const Tensor& x, const std::optional<Tensor>& gradient, std::optional<bool> retain_graph,
             bool create_graph) {
            const Tensor dy = gradient.value_or(Tensor());
            const py::gil_scoped_release unlocked;
            x.backward(dy, retain_graph.value_or(create_graph), create_graph);
          },
          "Add the gradient of this tensor to the .grad of every leaf it depends on.", "gradient"_a = py::none(),
          "retain_graph"_a = py::none(), "create_graph"_a = false)
      .method(
          "requires_grad_",
          [](const py::object& self, bool requires_grad) {
            Tensor x = tensor_of(self.ptr());
            x.requires_grad_(requires_grad);
            return self;
          },
          "Say whether a gradient is wanted.", "requires_grad"_a = true)
      .method("detach", &Tensor::detach, "Return the same memory without history.")
      .method(
          "retain_grad", [](Tensor x) { x.retain_grad(); }, "Keep .grad of a tensor that is no leaf.")
      .method(
          "register_hook",
          [](const Tensor& x, py::function hook) { return register_hook(x, PythonHook(std::move(hook))); },
          "Call hook(grad) when this tensor's gradient is known; what it returns replaces the gradient.", "hook"_a);
}

}  // namespace dlcore::bindings
