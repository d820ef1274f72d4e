#include "define.h"

namespace dlcore::bindings {
namespace {

PyObject* error_class = nullptr;

}  // namespace

PyObject* linalg_error() { return error_class; }

void define_linalg(py::module_& m) {
  error_class = PyErr_NewExceptionWithDoc(
      "dlcore.LinAlgError", "A matrix for which there is no answer: singular, not positive definite.",
      PyExc_RuntimeError, nullptr);
  if (!error_class) throw py::error_already_set();
  m.attr("LinAlgError") = py::reinterpret_borrow<py::object>(error_class);
}

}  // namespace dlcore::bindings
