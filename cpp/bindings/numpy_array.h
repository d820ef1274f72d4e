#pragma once

#include <pybind11/numpy.h>

#include "dlcore/tensor.h"

// Tensors and NumPy arrays that share memory.
namespace dlcore::bindings {

// A tensor on the array's memory; `op` is named in errors.
Tensor from_array(const char* op, const pybind11::array& array);
// An array on the memory of the tensor that `self` shows, which it keeps alive.
pybind11::array to_array(const pybind11::object& self);

// The array that `object` is or offers (__array__, buffer protocol), as a tensor on its memory; undefined where it is
// and offers none. An array with negative strides is copied.
Tensor tensor_of_array(const char* op, PyObject* object);

// A Python object that lends its memory to a storage, and the way to let it go from any thread.
void* lend_python(const pybind11::object& owner);
void give_back_python(void* owner);

}  // namespace dlcore::bindings
