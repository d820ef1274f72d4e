#include "define.h"

// Optimizer steps: NOTE [Optimizers]. A Python optimizer keeps options and state as PyTorch does, in dictionaries by
// name; these functions read them, make one step for all parameters, and add what the step has begun.
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
  Group(const py::dict& group, const py::dict& state, bool remembers) : state_(state) {
    static const py::handle kParams = name_of("params");
    const py::handle list = find(group, kParams);
    if (!list || !PyList_Check(list.ptr())) refuse("params", "a list", list);
    list_ = py::reinterpret_borrow<py::list>(list);
    params_.reserve(list_.size());
    entries_.resize(list_.size());
    states_.resize(list_.size());
    for (const py::handle param : list_) {
      params_.push_back(param.cast<Tensor>());
      work_ += params_.back().numel();
      if (!remembers || !params_.back().grad().defined()) continue;
      const auto entry = py::reinterpret_borrow<py::object>(find(state, param));
      if (entry && !PyDict_Check(entry.ptr())) refuse("an entry of the state", "a dictionary", entry);
      entries_[params_.size() - 1] = entry;
    }
  }
  std::span<const Tensor> params() const { return params_; }
  std::span<OptimizerState> states() { return states_; }
  int64_t work() const { return work_; }

  // names: of the step, or null where it is not counted, then of the buffers.
  void read(const std::vector<py::handle>& names) {
    for (size_t i = 0; i < params_.size(); ++i) {
      if (!entries_[i]) continue;
      const auto entry = py::reinterpret_borrow<py::dict>(entries_[i]);
      each(names, states_[i], [&](py::handle name, Tensor& tensor) {
        PyObject* found = find(entry, name);
        if (!found || found == Py_None) return;
        if (!is_tensor(found)) refuse(py::cast<std::string>(name) + " of the state", "a Tensor", found);
        tensor = tensor_of(found);
      });
    }
  }
  void add(const std::vector<py::handle>& names) {
    for (size_t i = 0; i < params_.size(); ++i) {
      each(names, states_[i], [&](py::handle name, const Tensor& tensor) {
        if (!tensor.defined()) return;
        if (!entries_[i]) state_[list_[i]] = entries_[i] = py::dict();
        const auto entry = py::reinterpret_borrow<py::dict>(entries_[i]);
        PyObject* found = find(entry, name);
        if (!found || found == Py_None) entry[name] = tensor;
      });
    }
  }

 private:
  template <class F>
  static void each(const std::vector<py::handle>& names, OptimizerState& state, const F& f) {
    if (names[0]) f(names[0], state.step);
    for (size_t k = 1; k < names.size(); ++k) f(names[k], state.buffers[k - 1]);
  }

  py::dict state_;
  py::list list_;
  std::vector<Tensor> params_;
  std::vector<py::object> entries_;  // null where nothing is remembered yet
  std::vector<OptimizerState> states_;
  int64_t work_ = 0;
};

template <class Options>
void define(py::module_& m, const char* name, void (*step)(OptimGroups<Options>)) {
  std::vector<py::handle> options, states = {Options::kCounts ? name_of("step") : py::handle()};
  Options defaults;
  Options::visit(defaults, [&](const char* option, auto&&...) { options.push_back(name_of(option)); });
  for (const char* state : Options::kState) states.push_back(name_of(state));

  const auto call = [=](const std::vector<py::dict>& groups, const py::dict& state) {
    std::vector<Group> members;
    std::vector<OptimGroup<Options>> all;
    members.reserve(groups.size());
    int64_t work = 0;
    for (const py::dict& group : groups) {
      Options values;
      Options::visit(values, Reader(group, options));
      bool remembers = Options::kCounts;
      for (size_t i = 0; i < Options::kState.size(); ++i) remembers |= values.keeps(i);
      Group& member = members.emplace_back(group, state, remembers);
      member.read(states);
      work += member.work();
      all.push_back({member.params(), member.states(), values});
    }
    {
      const Unlocked lock(work);
      step(all);
    }
    for (Group& member : members) member.add(states);
  };
  m.def(name, call, "groups"_a, "state"_a);
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
