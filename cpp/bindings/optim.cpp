#include "define.h"

// Optimizer steps. A Python optimizer keeps its state as PyTorch does, a dictionary by name for each parameter; these
// functions read it, make one step for all parameters of a group, and add what the step has begun.
namespace dlcore::bindings {
namespace {

// The parameters of a group and, for those that have a gradient, what the optimizer remembers of them.
class Group {
 public:
  Group(const py::list& params, const py::dict& state, bool remembers) : entries_(params.size()) {
    params_.reserve(params.size());
    for (const py::handle param : params) {
      params_.push_back(param.cast<Tensor>());
      work_ += params_.back().numel();
      if (!remembers || !params_.back().grad().defined()) continue;
      const py::object entry = state[param];  // a defaultdict makes the missing one
      if (!PyDict_Check(entry.ptr())) refuse("an entry", "a dictionary", entry);
      entries_[params_.size() - 1] = entry.cast<py::dict>();
    }
  }
  std::span<const Tensor> params() const { return params_; }
  size_t size() const { return params_.size(); }
  int64_t work() const { return work_; }

  Tensor read(size_t i, py::handle name) const {
    PyObject* found = find(i, name);
    if (!found) return Tensor();
    if (!is_tensor(found)) refuse(py::cast<std::string>(name), "a Tensor", found);
    return tensor_of(found);
  }
  void add(size_t i, py::handle name, const Tensor& value) const {
    if (value.defined() && !find(i, name)) (*entries_[i])[name] = value;
  }

 private:
  [[noreturn]] static void refuse(const std::string& what, const char* expected, py::handle got) {
    raise<TypeError>("step: ", what, " of the state expected ", expected, ", got ", Py_TYPE(got.ptr())->tp_name);
  }
  PyObject* find(size_t i, py::handle name) const {
    PyObject* found = entries_[i] ? PyDict_GetItemWithError(entries_[i]->ptr(), name.ptr()) : nullptr;
    if (!found && PyErr_Occurred()) throw py::error_already_set();
    return found == Py_None ? nullptr : found;
  }
  std::vector<Tensor> params_;
  std::vector<std::optional<py::dict>> entries_;
  int64_t work_ = 0;
};

void sgd(const py::list& params, const py::dict& state, double lr, double momentum, double dampening,
         double weight_decay, bool nesterov, bool maximize) {
  static const py::handle buffer = py::str("momentum_buffer").release();
  const Group group(params, state, momentum != 0);
  std::vector<Tensor> buffers(group.size());
  for (size_t i = 0; i < group.size(); ++i) buffers[i] = group.read(i, buffer);
  {
    const Unlocked lock(group.work());
    sgd_step(group.params(), buffers, {lr, momentum, dampening, weight_decay, nesterov, maximize});
  }
  for (size_t i = 0; i < group.size(); ++i) group.add(i, buffer, buffers[i]);
}

void adam(const py::list& params, const py::dict& state, double lr, double beta1, double beta2, double eps,
          double weight_decay, bool amsgrad, bool maximize) {
  static const std::pair<py::handle, Tensor AdamState::*> fields[] = {
      {py::str("step").release(), &AdamState::step},
      {py::str("exp_avg").release(), &AdamState::exp_avg},
      {py::str("exp_avg_sq").release(), &AdamState::exp_avg_sq},
      {py::str("max_exp_avg_sq").release(), &AdamState::max_exp_avg_sq},
  };
  const Group group(params, state, true);
  std::vector<AdamState> states(group.size());
  for (size_t i = 0; i < group.size(); ++i) {
    for (const auto& [name, field] : fields) states[i].*field = group.read(i, name);
  }
  {
    const Unlocked lock(group.work());
    adam_step(group.params(), states, {lr, beta1, beta2, eps, weight_decay, amsgrad, maximize});
  }
  for (size_t i = 0; i < group.size(); ++i) {
    for (const auto& [name, field] : fields) group.add(i, name, states[i].*field);
  }
}

}  // namespace

void define_optim(py::module_& m) {
  m.def("_sgd_step", &sgd, "params"_a, "state"_a, "lr"_a, "momentum"_a, "dampening"_a, "weight_decay"_a, "nesterov"_a,
        "maximize"_a);
  m.def("_adam_step", &adam, "params"_a, "state"_a, "lr"_a, "beta1"_a, "beta2"_a, "eps"_a, "weight_decay"_a,
        "amsgrad"_a, "maximize"_a);
}

}  // namespace dlcore::bindings
