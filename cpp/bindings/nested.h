#pragma once

#include <Python.h>

#include <optional>

#include "dlcore/tensor.h"

namespace dlcore::bindings {

// A new tensor from a number, nested sequences of numbers, arrays and tensors, or one of these.
Tensor tensor_from_data(PyObject* data, std::optional<DType> dtype);

}  // namespace dlcore::bindings
