#include "tensor_object.h"

#include <structmember.h>

#include <new>
#include <vector>

#include "dlcore/error.h"

namespace py = pybind11;

namespace dlcore::bindings {
namespace {

struct TensorObject {
  PyObject_HEAD Tensor tensor;
  PyObject* weak_references;
};

PyTypeObject* type = nullptr;

TensorObject* cast(PyObject* object) { return reinterpret_cast<TensorObject*>(object); }

PyObject* show(PyTypeObject* cls, Tensor x) {
  PyObject* self = cls->tp_alloc(cls, 0);
  if (!self) return nullptr;
  x.impl()->python = self;
  new (&cast(self)->tensor) Tensor(std::move(x));
  return self;
}

// Tensor.__new__(cls, tensor): another tensor object on the same storage, for subclasses such as Parameter.
PyObject* construct(PyTypeObject* cls, PyObject* args, PyObject* kwargs) {
  PyObject* from = nullptr;
  if ((kwargs && PyDict_GET_SIZE(kwargs) > 0) || !PyArg_ParseTuple(args, "O", &from)) {
    PyErr_SetString(PyExc_TypeError, "Tensor: expected one tensor; make new ones with dlcore.tensor(data)");
    return nullptr;
  }
  if (!is_tensor(from)) {
    PyErr_Format(PyExc_TypeError, "Tensor: expected a tensor, got %s; make new ones with dlcore.tensor(data)",
                 Py_TYPE(from)->tp_name);
    return nullptr;
  }
  return guarded([&] { return show(cls, tensor_of(from).detach()); });
}

void dealloc(PyObject* self) {
  PyTypeObject* cls = Py_TYPE(self);
  Tensor& x = cast(self)->tensor;
  if (x.impl()->python == self) x.impl()->python = nullptr;
  if (cast(self)->weak_references) PyObject_ClearWeakRefs(self);
  x.~Tensor();
  cls->tp_free(self);
  Py_DECREF(cls);
}

PyMemberDef members[] = {{"__weaklistoffset__", T_PYSSIZET, offsetof(TensorObject, weak_references), READONLY, nullptr},
                         {nullptr, 0, 0, 0, nullptr}};

constexpr const char* kDoc =
    "An n-dimensional array with gradients: a strided view of reference-counted memory.\n\n"
    "Make one with `dlcore.tensor(data)`, `dlcore.zeros(shape)`, `dlcore.from_numpy(array)` and their like.";

}  // namespace

PyTypeObject* tensor_type() { return type; }

PyTypeObject* make_tensor_type() {
  std::vector<PyType_Slot> slots = {
      {Py_tp_new, reinterpret_cast<void*>(construct)},
      {Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
      {Py_tp_members, members},
      {Py_tp_getset, kProperties},
      {Py_tp_doc, const_cast<char*>(kDoc)},
  };
  for (const PyType_Slot* table : {kOperatorSlots, kIndexingSlots, kBufferSlots}) {
    for (const PyType_Slot* slot = table; slot->slot; ++slot) slots.push_back(*slot);
  }
  slots.push_back({0, nullptr});
  PyType_Spec spec = {"dlcore._core.Tensor", sizeof(TensorObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                      slots.data()};
  type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  if (!type) throw py::error_already_set();
  return type;
}

const Tensor& tensor_of(PyObject* object) { return cast(object)->tensor; }

PyObject* wrap(const Tensor& x) {
  if (!x.defined()) Py_RETURN_NONE;
  auto* shown = static_cast<PyObject*>(x.impl()->python);
  if (shown && Py_REFCNT(shown) > 0) return Py_NewRef(shown);  // not one that is on its way out
  return show(type, x);
}

Tensor number_of(PyObject* object) {
  if (PyFloat_Check(object)) return Tensor(PyFloat_AS_DOUBLE(object));
  if (PyBool_Check(object)) return Tensor(object == Py_True);
  if (PyLong_Check(object) || (PyIndex_Check(object) && !PyObject_HasAttrString(object, "ndim"))) {
    const long long value = PyLong_AsLongLong(object);
    if (value == -1 && PyErr_Occurred()) throw py::error_already_set();
    return Tensor(static_cast<int64_t>(value));
  }
  // NumPy's scalars: they have a dtype and no dimensions, and convert themselves.
  if (!PyObject_HasAttrString(object, "dtype") || !PyObject_HasAttrString(object, "item") || is_tensor(object))
    return {};
  const py::object ndim = py::getattr(object, "ndim", py::none());
  if (ndim.is_none() || ndim.cast<int>() != 0) return {};
  const py::object item = py::handle(object).attr("item")();
  return PyFloat_Check(item.ptr()) || PyLong_Check(item.ptr()) ? number_of(item.ptr()) : Tensor();
}

void set_python_error(std::exception_ptr error) noexcept {
  try {
    std::rethrow_exception(error);
  } catch (py::error_already_set& e) {
    e.restore();
  } catch (const py::builtin_exception& e) {
    e.set_error();
  } catch (const TypeError& e) {
    PyErr_SetString(PyExc_TypeError, e.what());
  } catch (const IndexError& e) {
    PyErr_SetString(PyExc_IndexError, e.what());
  } catch (const OutOfMemory& e) {
    PyErr_SetString(PyExc_MemoryError, e.what());
  } catch (const LinAlgError& e) {
    PyErr_SetString(linalg_error(), e.what());
  } catch (const AutogradError& e) {
    PyErr_SetString(PyExc_RuntimeError, e.what());
  } catch (const Error& e) {
    PyErr_SetString(PyExc_ValueError, e.what());
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& e) {
    PyErr_SetString(PyExc_RuntimeError, e.what());
  }
}

}  // namespace dlcore::bindings
