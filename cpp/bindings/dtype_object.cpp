#include "dtype_object.h"

#include <pybind11/pybind11.h>

#include <string>
#include <utility>

namespace py = pybind11;

namespace dlcore::bindings {
namespace {

struct DTypeObject {
  PyObject_HEAD DType dtype;
};

// Other names of dtypes, those of C's types.
constexpr std::pair<const char*, DType> kAliases[] = {
    {"float", DType::Float32}, {"double", DType::Float64}, {"long", DType::Int64}, {"int", DType::Int32}};

PyTypeObject* dtype_type = nullptr;
PyObject* objects[kDTypes];

DType value_of(PyObject* self) { return reinterpret_cast<DTypeObject*>(self)->dtype; }

PyObject* repr(PyObject* self) { return PyUnicode_FromFormat("dlcore.%s", name_of(value_of(self))); }
PyObject* reduce(PyObject* self, PyObject*) { return PyUnicode_FromString(name_of(value_of(self))); }
PyObject* get_size(PyObject* self, void*) { return PyLong_FromLong(item_size(value_of(self))); }
PyObject* get_is_floating(PyObject* self, void*) { return PyBool_FromLong(is_floating(value_of(self))); }
PyObject* get_name(PyObject* self, void*) { return PyUnicode_FromString(name_of(value_of(self))); }

PyMethodDef methods[] = {{"__reduce__", reduce, METH_NOARGS, "Pickle as the name of the one object."},
                         {nullptr, nullptr, 0, nullptr}};
PyGetSetDef dtype_properties[] = {
    {"itemsize", get_size, nullptr, "Bytes of one element.", nullptr},
    {"is_floating_point", get_is_floating, nullptr, "Whether elements are floating-point numbers.", nullptr},
    {"name", get_name, nullptr, "The name, as NumPy writes it.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};
PyType_Slot dtype_slots[] = {{Py_tp_repr, reinterpret_cast<void*>(repr)},
                             {Py_tp_methods, methods},
                             {Py_tp_getset, dtype_properties},
                             {Py_tp_doc, const_cast<char*>("The type of a tensor's elements.")},
                             {0, nullptr}};
PyType_Spec spec = {"dlcore._core.dtype", sizeof(DTypeObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, dtype_slots};

}  // namespace

void add_dtypes(PyObject* module) {
  dtype_type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  if (!dtype_type || PyModule_AddObjectRef(module, "dtype", reinterpret_cast<PyObject*>(dtype_type)) < 0)
    throw py::error_already_set();
  for (int i = 0; i < kDTypes; ++i) {
    objects[i] = dtype_type->tp_alloc(dtype_type, 0);
    if (!objects[i]) throw py::error_already_set();
    reinterpret_cast<DTypeObject*>(objects[i])->dtype = static_cast<DType>(i);
    // __reduce__ names a global of the module the type says it is from.
    if (PyModule_AddObjectRef(module, name_of(static_cast<DType>(i)), objects[i]) < 0) throw py::error_already_set();
  }
  for (const auto& [name, dtype] : kAliases) {
    if (PyModule_AddObjectRef(module, name, dtype_object(dtype)) < 0) throw py::error_already_set();
  }
}

PyObject* dtype_object(DType dtype) { return objects[static_cast<int>(dtype)]; }

bool dtype_from(PyObject* object, DType& dtype) {
  if (Py_TYPE(object) == dtype_type) {
    dtype = value_of(object);
  } else if (object == reinterpret_cast<PyObject*>(&PyFloat_Type)) {
    dtype = kDefaultDType;
  } else if (object == reinterpret_cast<PyObject*>(&PyBool_Type)) {
    dtype = DType::Bool;
  } else if (object == reinterpret_cast<PyObject*>(&PyLong_Type)) {
    dtype = DType::Int64;
  } else {
    return false;
  }
  return true;
}

}  // namespace dlcore::bindings
