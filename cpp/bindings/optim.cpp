#include "define.h"

// Optimizer steps: NOTE [Optimizers]. A Python optimizer keeps options and state as PyTorch does, in dictionaries by
// name; these functions read them, make one step for all parameters of a group, and add what the step has begun.
namespace dlcore::bindings {
namespace {

py::handle name_of(const char* text) { return py::str(text).release(); }  // kept as long as the process lives

PyObject* find(const py::dict& entries, py::handle name) {
  PyObject* found = PyDict_GetItemWithError(entries.ptr(), name.ptr());
  if (!found && PyErr_Occurred()) throw py::error_already_set();
  return found;
}

[[noreturn]] void refuse(const std::string& what, const char* expected, py::handle got) {
  raise<TypeError>("step: ", what, " expected ", expected, ", got ", got ? Py_TYPE(got.ptr())->tp_name : "nothing");
}

// Reads the options of a group one after the other, as `visit` shows them.
class Reader {
 public:
  Reader(const py::dict& group, const std::vector<py::handle>& names) : group_(group), name_(names.data()) {}

  void operator()(const char*, double& value, double = 0) { value = number(next(), "a number"); }
  void operator()(const char*, bool& value) {
    const py::handle given = next();
    const int truth = PyObject_IsTrue(given.ptr());
    if (truth < 0) fail("a boolean", given);
    value = truth == 1;
  }
  void operator()(const char*, Betas& value) {
    const py::handle pair = next();
    if (!PySequence_Check(pair.ptr()) || PySequence_Size(pair.ptr()) != 2) fail("two numbers", pair);
    for (int i = 0; i < 2; ++i)
      value[i] = number(py::object(py::reinterpret_borrow<py::sequence>(pair)[i]), "two numbers");
  }

 private:
  py::handle next() {
    const py::handle value = find(group_, *name_++);
    if (!value) fail("a value", value);
    return value;
  }
  double number(py::handle value, const char* expected) {
    const double x = PyFloat_AsDouble(value.ptr());
    if (x == -1 && PyErr_Occurred()) fail(expected, value);
    return x;
  }
  [[noreturn]] void fail(const char* expected, py::handle got) {
    PyErr_Clear();
    refuse(py::cast<std::string>(name_[-1]), expected, got);
  }

  const py::dict& group_;
  const py::handle* name_;
};

// The parameters of a group and, for those that have a gradient, what the optimizer remembers of them.
class Group {
 public:
  Group(const py::dict& group, const py::dict& state, bool remembers) {
    static const py::handle kParams = name_of("params");
    const py::handle list = find(group, kParams);
    if (!list || !PyList_Check(list.ptr())) refuse("params", "a list", list);
    const auto params = py::reinterpret_borrow<py::list>(list);
    params_.reserve(params.size());
    entries_.resize(params.size());
    states_.resize(params.size());
    for (const py::handle param : params) {
      params_.push_back(param.cast<Tensor>());
      work_ += params_.back().numel();
      if (!remembers || !params_.back().grad().defined()) continue;
      const py::object entry = state[param];  // a defaultdict makes the missing one
      if (!PyDict_Check(entry.ptr())) refuse("an entry of the state", "a dictionary", entry);
      entries_[params_.size() - 1] = entry;
    }
  }
  Params params() const { return params_; }
  States states() { return states_; }
  int64_t work() const { return work_; }

  // names: of the step, or null where it is not counted, then of the buffers.
  void read(const std::vector<py::handle>& names) {
    each(names, [](const py::dict& entry, py::handle name, Tensor& tensor) {
      PyObject* found = find(entry, name);
      if (!found || found == Py_None) return;
      if (!is_tensor(found)) refuse(py::cast<std::string>(name) + " of the state", "a Tensor", found);
      tensor = tensor_of(found);
    });
  }
  void add(const std::vector<py::handle>& names) {
    each(names, [](py::dict entry, py::handle name, const Tensor& tensor) {
      if (!tensor.defined()) return;
      PyObject* found = find(entry, name);
      if (!found || found == Py_None) entry[name] = tensor;
    });
  }

 private:
  template <class F>
  void each(const std::vector<py::handle>& names, const F& f) {
    for (size_t i = 0; i < params_.size(); ++i) {
      if (!entries_[i]) continue;
      const auto entry = py::reinterpret_borrow<py::dict>(entries_[i]);
      if (names[0]) f(entry, names[0], states_[i].step);
      for (size_t k = 1; k < names.size(); ++k) f(entry, names[k], states_[i].buffers[k - 1]);
    }
  }

  std::vector<Tensor> params_;
  std::vector<py::object> entries_;  // null where there is nothing to remember
  std::vector<OptimizerState> states_;
  int64_t work_ = 0;
};

template <class Options>
void define(py::module_& m, const char* name, void (*step)(Params, States, const Options&)) {
  std::vector<py::handle> options, states = {Options::kCounts ? name_of("step") : py::handle()};
  Options defaults;
  Options::visit(defaults, [&](const char* option, auto&&...) { options.push_back(name_of(option)); });
  for (const char* state : Options::kState) states.push_back(name_of(state));

  const auto call = [=](const py::dict& group_options, const py::dict& state) {
    Options values;
    Options::visit(values, Reader(group_options, options));
    bool remembers = Options::kCounts;
    for (size_t i = 0; i < Options::kState.size(); ++i) remembers |= values.keeps(i);
    Group group(group_options, state, remembers);
    group.read(states);
    {
      const Unlocked lock(group.work());
      step(group.params(), group.states(), values);
    }
    group.add(states);
  };
  m.def(name, call, "group"_a, "state"_a);
}

}  // namespace

void define_optim(py::module_& m) {
  define(m, "_sgd_step", &sgd_step);
  define(m, "_adagrad_step", &adagrad_step);
  define(m, "_rmsprop_step", &rmsprop_step);
  define(m, "_adadelta_step", &adadelta_step);
  define(m, "_adam_step", &adam_step);
  define(m, "_adamax_step", &adamax_step);
  define(m, "_radam_step", &radam_step);
  define(m, "_lion_step", &lion_step);
}

}  // namespace dlcore::bindings
