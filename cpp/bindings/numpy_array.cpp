#include "numpy_array.h"

#include <optional>
#include <string>

#include "tensor_object.h"

namespace py = pybind11;

namespace dlcore::bindings {
namespace {

char kind_of(DType dtype) {
  return dtype == DType::Bool ? 'b' : dtype == DType::UInt8 ? 'u' : is_floating(dtype) ? 'f' : 'i';
}

std::optional<DType> find_dtype(const py::dtype& dtype) {
  for (int i = 0; i < kDTypes; ++i) {
    const auto candidate = static_cast<DType>(i);
    if (dtype.kind() == kind_of(candidate) && dtype.itemsize() == item_size(candidate)) return candidate;
  }
  return std::nullopt;
}

DType dtype_of(const char* op, const py::array& array) {
  const py::dtype dtype = array.dtype();
  const std::optional<DType> found = find_dtype(dtype);
  if (!found)
    raise<TypeError>(op, ": expected an array of bool, uint8, int32, int64, float32 or float64, got dtype ",
                     py::str(dtype).cast<std::string>());
  if (!dtype.attr("isnative").cast<bool>())
    raise<TypeError>(op, ": expected an array in this processor's byte order, got dtype ",
                     py::str(dtype).cast<std::string>());
  return *found;
}

bool has_negative_strides(const py::array& array) {
  for (int d = 0; d < array.ndim(); ++d) {
    if (array.strides(d) < 0) return true;
  }
  return false;
}

}  // namespace

void* lend_python(const py::object& owner) { return py::object(owner).release().ptr(); }

void give_back_python(void* owner) {
  if (!Py_IsInitialized()) return;
  const py::gil_scoped_acquire locked;
  Py_DECREF(static_cast<PyObject*>(owner));
}

Tensor from_array(const char* op, const py::array& array) {
  const DType dtype = dtype_of(op, array);
  const int64_t size = item_size(dtype);
  Shape shape;
  Strides strides;
  for (int d = 0; d < array.ndim(); ++d) {
    shape.push_back(array.shape(d));
    strides.push_back(array.strides(d) / size);
    if (array.shape(d) < 2) continue;  // NumPy leaves strides that are never walked undefined
    if (array.strides(d) < 0) raise<ValueError>(op, ": negative strides are not supported; pass array.copy()");
    if (array.strides(d) % size != 0)
      raise<ValueError>(op, ": a stride of ", array.strides(d), " bytes is no multiple of the item size ", size);
  }
  if (reinterpret_cast<uintptr_t>(array.data()) % size != 0)
    raise<ValueError>(op, ": the array's memory is not aligned to its item size ", size, "; pass array.copy()");
  if (array.size() == 0) strides = contiguous_strides(shape);
  for (int d = 0; d < shape.size(); ++d) {
    if (shape[d] == 1) strides[d] = contiguous_strides(shape)[d];
  }
  auto* data = const_cast<void*>(array.data());
  return from_storage(Storage::lent(data, array.nbytes(), !array.writeable(), lend_python(array), give_back_python),
                      data, shape, strides, dtype);
}

py::array to_array(const py::object& self) {
  const Tensor& x = tensor_of(self.ptr());
  const int64_t size = item_size(x.dtype());
  py::array::ShapeContainer shape(x.shape().begin(), x.shape().end());
  std::vector<py::ssize_t> strides;
  for (const int64_t stride : x.strides()) strides.push_back(stride * size);
  const py::dtype dtype(std::string(1, kind_of(x.dtype())) + std::to_string(size));
  py::array array(dtype, std::move(shape), std::move(strides), x.data(), self);
  if (x.impl()->storage->read_only()) array.attr("setflags")(py::arg("write") = false);
  return array;
}

Tensor array_of(PyObject* object) {
  return py::isinstance<py::array>(object) ? tensor_of_array("from_numpy", object) : Tensor();
}

Tensor tensor_of_array(const char* op, PyObject* object) {
  py::array array;
  if (py::isinstance<py::array>(object)) {
    array = py::reinterpret_borrow<py::array>(object);
  } else if (PyObject_HasAttrString(object, "__array__") || (PyObject_CheckBuffer(object) && !PyBytes_Check(object))) {
    array = py::module_::import("numpy").attr("asarray")(py::handle(object));
  } else {
    return {};
  }
  if (has_negative_strides(array)) array = array.attr("copy")();
  return from_array(op, array);
}

}  // namespace dlcore::bindings
