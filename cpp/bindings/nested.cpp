#include "nested.h"

#include <cmath>
#include <limits>
#include <utility>

#include "dlcore/ops.h"
#include "numpy_array.h"
#include "tensor_object.h"

namespace py = pybind11;

namespace dlcore::bindings {
namespace {

bool is_sequence(PyObject* object) {
  return PySequence_Check(object) && !PyUnicode_Check(object) && !PyBytes_Check(object) && !PyDict_Check(object);
}

py::object as_fast(PyObject* sequence) {
  PyObject* fast = PySequence_Fast(sequence, "tensor: expected a sequence");
  if (!fast) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(fast);
}

// A tensor, or what has an array of at least one dimension inside; undefined for numbers and sequences.
Tensor block_of(PyObject* object) {
  if (is_tensor(object)) return tensor_of(object).detach();
  if (PyList_Check(object) || PyTuple_Check(object)) return {};
  return tensor_of_array("tensor", object);
}

// First walk: the shape of nested sequences, and the dtype in which all their elements meet.
class Measure {
 public:
  void visit(PyObject* item, int depth) {
    if (PyFloat_CheckExact(item)) return leaf(kDefaultDType, depth);
    if (PyBool_Check(item)) return leaf(DType::Bool, depth);
    if (PyLong_Check(item)) return leaf(DType::Int64, depth);
    if (const Tensor block = block_of(item); block.defined()) {
      for (int d = 0; d < block.ndim(); ++d) sequence(block.size(d), depth + d);
      return leaf(block.dtype(), depth + block.ndim());
    }
    if (PyFloat_Check(item)) return leaf(kDefaultDType, depth);
    if (!is_sequence(item)) raise<TypeError>("tensor: expected numbers, got ", Py_TYPE(item)->tp_name);
    const py::object fast = as_fast(item);
    const Py_ssize_t n = PySequence_Fast_GET_SIZE(fast.ptr());
    sequence(n, depth);
    if (n == 0) closed_ = true;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(fast.ptr()); ++i)
      visit(PySequence_Fast_GET_ITEM(fast.ptr(), i), depth + 1);
  }
  const Shape& shape() const { return shape_; }
  DType dtype() const { return dtype_.value_or(kDefaultDType); }

 private:
  void leaf(DType dtype, int depth) {
    if (depth < shape_.size())
      raise<ValueError>("tensor: data is ragged: expected a sequence of length ", shape_[depth], " at dim ", depth,
                        ", got a number");
    closed_ = true;
    dtype_ = dtype_ ? promote_types(*dtype_, dtype) : dtype;
  }
  void sequence(int64_t n, int depth) {
    if (depth == shape_.size()) {
      if (closed_) raise<ValueError>("tensor: data is ragged: expected a number at dim ", depth, ", got a sequence");
      shape_.push_back(n);
    } else if (shape_[depth] != n) {
      raise<ValueError>("tensor: data is ragged: expected a sequence of length ", shape_[depth], " at dim ", depth,
                        ", got ", n);
    }
  }

  Shape shape_;
  bool closed_ = false;  // a number was met, so there are no deeper dimensions
  std::optional<DType> dtype_;
};

template <class T>
T from_float(double value) {
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    // The bounds are exact in double: -2^k, and 2^k which is just outside.
    const double low = static_cast<double>(std::numeric_limits<T>::min());
    const double end = std::ldexp(1.0, std::numeric_limits<T>::digits);
    if (!(value > low - 1 && value < end))
      raise<ValueError>("tensor: ", value, " does not fit into ", name_of(kDTypeOf<T>));
  }
  return static_cast<T>(value);
}

template <class T>
T from_int(PyObject* item) {
  if constexpr (std::is_floating_point_v<T>) {
    const double value = PyLong_AsDouble(item);
    if (value == -1 && PyErr_Occurred()) throw py::error_already_set();
    return static_cast<T>(value);
  } else {
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(item, &overflow);
    if constexpr (std::is_same_v<T, bool>) {
      return overflow != 0 || value != 0;
    } else {
      if (overflow != 0 || !std::in_range<T>(value))
        raise<ValueError>("tensor: ", py::str(item).cast<std::string>(), " does not fit into ", name_of(kDTypeOf<T>));
      return static_cast<T>(value);
    }
  }
}

// Second walk: the elements, in order.
template <class T>
class Fill {
 public:
  explicit Fill(const Tensor& y) : y_(y), next_(y.data<T>()) {}
  void visit(PyObject* item, int depth) {
    if (PyFloat_CheckExact(item)) return put(depth, from_float<T>(PyFloat_AS_DOUBLE(item)));
    if (PyLong_Check(item)) return put(depth, from_int<T>(item));
    if (const Tensor block = block_of(item); block.defined()) return put_block(block, depth);
    if (PyFloat_Check(item)) return put(depth, from_float<T>(PyFloat_AS_DOUBLE(item)));
    const py::object fast = as_fast(item);
    const Py_ssize_t n = PySequence_Fast_GET_SIZE(fast.ptr());
    expect(depth < y_.ndim() && n == y_.size(depth));
    for (Py_ssize_t i = 0; i < n; ++i) {
      expect(n == PySequence_Fast_GET_SIZE(fast.ptr()));
      visit(PySequence_Fast_GET_ITEM(fast.ptr(), i), depth + 1);
    }
  }

 private:
  // What is read may run Python code, and that may have changed the lists since they were measured.
  static void expect(bool unchanged) {
    if (!unchanged) raise<ValueError>("tensor: data changed while it was read");
  }
  void put(int depth, T value) {
    expect(depth == y_.ndim());
    *next_++ = value;
  }
  void put_block(const Tensor& block, int depth) {
    expect(depth + block.ndim() == y_.ndim());
    for (int d = 0; d < block.ndim(); ++d) expect(block.size(d) == y_.size(depth + d));
    copy_(view_of(y_, block.shape(), contiguous_strides(block.shape()), next_ - y_.data<T>()), block);
    next_ += block.numel();
  }

  Tensor y_;
  T* next_;
};

}  // namespace

Tensor tensor_from_data(PyObject* data, std::optional<DType> dtype) {
  const NoGrad off;
  if (const Tensor block = block_of(data); block.defined()) {
    const DType kept = dtype.value_or(block.dtype());
    const Unlocked lock(block.numel());
    return kept == block.dtype() ? clone(block) : to(block, kept);
  }
  Measure measure;
  measure.visit(data, 0);
  const Tensor y = empty(measure.shape(), dtype.value_or(measure.dtype()));
  visit(y.dtype(), [&]<class T>() { Fill<T>(y).visit(data, 0); });
  return y;
}

}  // namespace dlcore::bindings
