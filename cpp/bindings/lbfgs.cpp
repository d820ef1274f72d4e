#include "dlcore/lbfgs.h"
#include "define.h"
#include "tensors.h"

// The step of L-BFGS. The Python optimizer keeps its state as PyTorch does, in a dictionary by name.
namespace dlcore::bindings {
namespace {

// body(name, field) for each entry of the dictionary that is a field of the state.
template <class State, class Body>
void visit(State& state, const Body& body) {
  body("func_evals", state.func_evals), body("n_iter", state.n_iter);
  if (state.n_iter == 0) return;  // nothing else yet
  body("d", state.d), body("t", state.t);
  body("prev_flat_grad", state.prev_flat_grad), body("prev_loss", state.prev_loss);
  body("H_diag", state.h_diag), body("old_stps", state.old_stps), body("old_dirs", state.old_dirs);
  body("products", state.products);
}

template <class T>
constexpr const char* kExpected = "a Tensor";
template <>
constexpr const char* kExpected<int64_t> = "an integer";
template <>
constexpr const char* kExpected<double> = "a number";
template <>
constexpr const char* kExpected<std::vector<Tensor>> = "a list of Tensors";

LbfgsState read(const py::dict& entries) {
  LbfgsState state;
  visit(state, [&]<class T>(const char* name, T& field) {
    const py::object entry = entries.attr("get")(name);
    if (entry.is_none()) return;
    try {
      field = entry.cast<T>();
    } catch (const py::cast_error&) {
      raise<TypeError>("step: ", name, " of the state expected ", kExpected<T>, ", got ",
                       Py_TYPE(entry.ptr())->tp_name);
    }
  });
  return state;
}

void write(const LbfgsState& state, const py::dict& entries) {
  visit(state, [&]<class T>(const char* name, const T& field) {
    if constexpr (std::is_same_v<T, Tensor>) {
      if (!field.defined()) return;
    }
    entries[name] = field;
  });
  if (state.n_iter == 0 || !state.products.defined()) return;
  const Tensor curvatures = diagonal(select(state.products, 0, 0));
  py::list ro;
  for (int64_t k = 0; k < curvatures.numel(); ++k) ro.append(1 / select(curvatures, 0, k).item());
  entries["ro"] = ro;
}

py::object lbfgs_step(const std::vector<Tensor>& params, const py::dict& entries, const py::function& closure,
                      double lr, int64_t max_iter, int64_t max_eval, double tolerance_grad, double tolerance_change,
                      int64_t history_size, bool strong_wolfe) {
  const LbfgsOptions options{lr, max_iter, max_eval, tolerance_grad, tolerance_change, history_size, strong_wolfe};
  py::object first;
  const Closure loss_of = [&] {
    const py::gil_scoped_acquire locked;
    py::object loss = closure();
    if (!first) first = loss;
    const double value = PyFloat_AsDouble(loss.ptr());
    if (value == -1 && PyErr_Occurred()) {
      if (!PyErr_ExceptionMatches(PyExc_TypeError)) throw py::error_already_set();
      PyErr_Clear();
      raise<TypeError>("LBFGS: closure expected to return the loss, a number, got ", Py_TYPE(loss.ptr())->tp_name);
    }
    return value;
  };
  LbfgsState state = read(entries);
  try {
    const Unlocked lock(work_of(params));
    dlcore::lbfgs_step(params, state, options, loss_of);
  } catch (...) {  // of the closure: the state tells where the weights are
    write(state, entries);
    throw;
  }
  write(state, entries);
  return first;
}

}  // namespace

void define_lbfgs(py::module_& m) {
  m.def("_lbfgs_step", &lbfgs_step, "params"_a, "state"_a, "closure"_a, "lr"_a, "max_iter"_a, "max_eval"_a,
        "tolerance_grad"_a, "tolerance_change"_a, "history_size"_a, "strong_wolfe"_a);
}

}  // namespace dlcore::bindings
