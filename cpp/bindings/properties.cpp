#include "casters.h"
#include "device.h"
#include "dlcore/autograd.h"
#include "dlcore/ops.h"
#include "tensor_object.h"

// What a tensor tells about itself.
namespace dlcore::bindings {
namespace {

namespace py = pybind11;

template <class F>
PyObject* as_python(F&& value) {
  return guarded([&] { return py::cast(value()).release().ptr(); });
}

PyObject* get_shape(PyObject* self, void*) {
  return as_python([&] { return tensor_of(self).shape(); });
}
PyObject* get_dtype(PyObject* self, void*) { return Py_NewRef(dtype_object(tensor_of(self).dtype())); }
PyObject* get_device(PyObject*, void*) {
  return as_python([] { return Device(); });
}
PyObject* get_priority(PyObject*, void*) { return PyFloat_FromDouble(1000); }
PyObject* get_ndim(PyObject* self, void*) { return PyLong_FromLong(tensor_of(self).ndim()); }
PyObject* get_itemsize(PyObject* self, void*) { return PyLong_FromLong(item_size(tensor_of(self).dtype())); }
PyObject* get_nbytes(PyObject* self, void*) {
  return PyLong_FromLongLong(tensor_of(self).numel() * item_size(tensor_of(self).dtype()));
}
PyObject* get_requires_grad(PyObject* self, void*) { return PyBool_FromLong(tensor_of(self).requires_grad()); }
PyObject* get_is_leaf(PyObject* self, void*) { return PyBool_FromLong(tensor_of(self).is_leaf()); }
PyObject* get_version(PyObject* self, void*) { return PyLong_FromLong(tensor_of(self).impl()->storage->version()); }
PyObject* get_data(PyObject* self, void*) {
  return guarded([&] { return wrap(tensor_of(self).detach()); });
}
PyObject* get_grad(PyObject* self, void*) {
  return guarded([&] { return wrap(tensor_of(self).grad()); });
}
PyObject* get_grad_fn(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    const Ref<Node> node = tensor_of(self).grad_fn();
    if (!node) Py_RETURN_NONE;
    return py::cast(node).release().ptr();
  });
}
PyObject* get_transposed(PyObject* self, void*) {
  return guarded([&] {
    const Tensor& x = tensor_of(self);
    Dims axes;
    for (int d = x.ndim() - 1; d >= 0; --d) axes.push_back(d);
    return wrap(permute(x, axes));
  });
}
PyObject* get_matrix_transposed(PyObject* self, void*) {
  return guarded([&] {
    const Tensor& x = tensor_of(self);
    if (x.ndim() < 2) raise<ValueError>("mT: expected at least 2 dimensions, got shape ", x.shape());
    return wrap(transpose(x, -2, -1));
  });
}

int as_status(PyObject* done) {
  Py_XDECREF(done);
  return done ? 0 : -1;
}
int set_requires_grad(PyObject* self, PyObject* value, void*) {
  return as_status(guarded([&]() -> PyObject* {
    if (!value || !PyBool_Check(value)) raise<TypeError>("requires_grad: expected True or False");
    Tensor x = tensor_of(self);
    x.requires_grad_(value == Py_True);
    Py_RETURN_NONE;
  }));
}
int set_data(PyObject* self, PyObject* value, void*) {
  return as_status(guarded([&]() -> PyObject* {
    if (!value || !is_tensor(value)) raise<TypeError>("data: expected a tensor");
    Tensor x = tensor_of(self);
    x.set_data(tensor_of(value));
    Py_RETURN_NONE;
  }));
}
int set_grad(PyObject* self, PyObject* value, void*) {
  return as_status(guarded([&]() -> PyObject* {
    if (value && value != Py_None && !is_tensor(value)) raise<TypeError>("grad: expected a tensor or None");
    Tensor x = tensor_of(self);
    x.set_grad(value && value != Py_None ? tensor_of(value) : Tensor());
    Py_RETURN_NONE;
  }));
}

PyGetSetDef properties[] = {
    {"shape", get_shape, nullptr, "The sizes of the dimensions.", nullptr},
    {"dtype", get_dtype, nullptr, "The type of the elements.", nullptr},
    {"device", get_device, nullptr, "Where the memory is: 'cpu'.", nullptr},
    {"__array_priority__", get_priority, nullptr, "NumPy leaves ndarray + tensor to tensors.", nullptr},
    {"ndim", get_ndim, nullptr, "The number of dimensions, 0 to 8.", nullptr},
    {"itemsize", get_itemsize, nullptr, "Bytes of one element.", nullptr},
    {"nbytes", get_nbytes, nullptr, "Bytes of all elements.", nullptr},
    {"requires_grad", get_requires_grad, set_requires_grad, "Whether a gradient is wanted.", nullptr},
    {"is_leaf", get_is_leaf, nullptr, "Whether no op with a gradient made this tensor.", nullptr},
    {"grad", get_grad, set_grad, "The gradient gathered by backward(), or None.", nullptr},
    {"grad_fn", get_grad_fn, nullptr, "The op that made this tensor, or None.", nullptr},
    {"data", get_data, set_data, "The same memory without history.", nullptr},
    {"T", get_transposed, nullptr, "The tensor with its dimensions in reverse order.", nullptr},
    {"mT", get_matrix_transposed, nullptr, "The tensor with its last two dimensions swapped.", nullptr},
    {"_version", get_version, nullptr, "How often the memory was changed in place.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

}  // namespace

PyGetSetDef* const kProperties = properties;

}  // namespace dlcore::bindings
