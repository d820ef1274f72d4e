#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "dlcore/autograd.h"
#include "dlcore/shape.h"
#include "dlcore/tensor.h"
#include "dtype_object.h"
#include "tensor_object.h"

PYBIND11_DECLARE_HOLDER_TYPE(T, dlcore::Ref<T>, true)  // nodes keep the library's own count

namespace dlcore::bindings {

// An argument that may also be a number or an array: add(x, 2.0).
struct Operand {
  Tensor tensor;
  operator const Tensor&() const { return tensor; }
};

// The sizes of reshape(2, 3) or reshape((2, 3)).
Dims dims_of(const pybind11::args& args);

}  // namespace dlcore::bindings

namespace pybind11::detail {

template <>
struct type_caster<dlcore::Tensor> {
  PYBIND11_TYPE_CASTER(dlcore::Tensor, const_name("Tensor"));
  bool load(handle source, bool) {
    if (!dlcore::bindings::is_tensor(source.ptr())) return false;
    value = dlcore::bindings::tensor_of(source.ptr());
    return true;
  }
  static handle cast(const dlcore::Tensor& x, return_value_policy, handle) { return dlcore::bindings::wrap(x); }
};

template <>
struct type_caster<dlcore::bindings::Operand> {
  PYBIND11_TYPE_CASTER(dlcore::bindings::Operand, const_name("Tensor | float"));
  bool load(handle source, bool) {
    namespace b = dlcore::bindings;
    value.tensor = b::is_tensor(source.ptr()) ? b::tensor_of(source.ptr()) : b::number_of(source.ptr());
    if (!value.tensor.defined()) value.tensor = b::array_of(source.ptr());
    return value.tensor.defined();
  }
};

template <>
struct type_caster<dlcore::DType> {
  PYBIND11_TYPE_CASTER(dlcore::DType, const_name("dtype"));
  bool load(handle source, bool) { return dlcore::bindings::dtype_from(source.ptr(), value); }
  static handle cast(dlcore::DType dtype, return_value_policy, handle) {
    return Py_NewRef(dlcore::bindings::dtype_object(dtype));
  }
};

// An int or a sequence of ints.
template <>
struct type_caster<dlcore::Dims> {
  PYBIND11_TYPE_CASTER(dlcore::Dims, const_name("int | tuple[int, ...]"));
  bool load(handle source, bool) {
    value = {};
    if (PyIndex_Check(source.ptr()) && !PySequence_Check(source.ptr())) return push(source);
    if (!isinstance<tuple>(source) && !isinstance<list>(source)) return false;
    for (const handle item : source) {
      if (!push(item)) return false;
    }
    return true;
  }
  static handle cast(const dlcore::Dims& dims, return_value_policy, handle) {
    PyObject* out = PyTuple_New(dims.size());
    for (int i = 0; out && i < dims.size(); ++i) PyTuple_SET_ITEM(out, i, PyLong_FromLongLong(dims[i]));
    return out;
  }

 private:
  bool push(handle item) {
    if (!PyIndex_Check(item.ptr()) || PyBool_Check(item.ptr())) return false;
    const Py_ssize_t size = PyNumber_AsSsize_t(item.ptr(), PyExc_OverflowError);
    if (size == -1 && PyErr_Occurred()) throw error_already_set();
    value.push_back(size);
    return true;
  }
};

}  // namespace pybind11::detail
