#pragma once

#include <Python.h>

#include "dlcore/dtype.h"

namespace dlcore::bindings {

// dlcore.float32 and its like: one object per dtype, compared by identity.
void add_dtypes(PyObject* module);
PyObject* dtype_object(DType dtype);  // borrowed
// The dtype that `object` names (one of ours, or Python's float, int, bool); false for anything else.
bool dtype_from(PyObject* object, DType& dtype);

}  // namespace dlcore::bindings
