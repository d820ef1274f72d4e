#pragma once

#include <pybind11/pybind11.h>

#include "dlcore/tensor.h"

// NOTE [The Tensor type of Python]
// dlcore.Tensor is a plain CPython type, not a pybind11 class: its operators are C slots, and making or opening one is
// a few instructions, where the cost of small ops lies. A caster (casters.h) lets every pybind11 binding take and
// return it. While a Python object shows a tensor, the tensor points back to it, so x.grad is x.grad, and hooks and
// Parameters keep their identity.
namespace dlcore::bindings {

PyTypeObject* tensor_type();
PyTypeObject* make_tensor_type();  // called once, when the module is made

inline bool is_tensor(PyObject* object) { return PyObject_TypeCheck(object, tensor_type()); }
const Tensor& tensor_of(PyObject* object);  // of an object for which is_tensor holds
PyObject* wrap(const Tensor& x);            // a new reference; None for an undefined tensor

// A number (Python's or NumPy's) as a weak tensor; undefined for anything else. May leave a Python error set.
Tensor number_of(PyObject* object);

// A NumPy array as a tensor on its memory; undefined for anything else.
Tensor array_of(PyObject* object);

// Runs f, turning the library's exceptions into Python's; null after one.
template <class F>
PyObject* guarded(F&& f) noexcept;
void set_python_error(std::exception_ptr error) noexcept;
PyObject* linalg_error();  // the class of LinAlgError in Python, from linalg.cpp

template <class F>
PyObject* guarded(F&& f) noexcept {
  try {
    return f();
  } catch (...) {
    set_python_error(std::current_exception());
    return nullptr;
  }
}

// Gives the interpreter lock away while much work is done; little work is over sooner than the lock is back.
class Unlocked {
 public:
  explicit Unlocked(int64_t elements) {
    if (elements > kWorthwhile) state_ = PyEval_SaveThread();
  }
  ~Unlocked() {
    if (state_) PyEval_RestoreThread(state_);
  }
  Unlocked(const Unlocked&) = delete;

 private:
  static constexpr int64_t kWorthwhile = 16384;
  PyThreadState* state_ = nullptr;
};

template <class F>
PyType_Slot slot(int id, F* function) {
  return {id, reinterpret_cast<void*>(function)};
}

// The C slots of operators and indexing, each family in its own file.
extern PyType_Slot* const kOperatorSlots;  // operators.cpp; ends with {0, nullptr}
extern PyType_Slot* const kIndexingSlots;  // indexing.cpp; likewise
extern PyType_Slot* const kBufferSlots;    // exchange.cpp; likewise
extern PyGetSetDef* const kProperties;     // properties.cpp

}  // namespace dlcore::bindings
