#include "define.h"
#include "device.h"
#include "nested.h"
#include "numpy_array.h"

namespace dlcore::bindings {
namespace {

using MaybeDType = std::optional<DType>;

DType dtype_of(const Tensor& like, MaybeDType dtype) { return dtype.value_or(like.dtype()); }

// numbers(*size), numbers_like(input) and input.new_numbers(size), for numbers in zeros, ones, empty.
void define_filled(Family& f, const std::string& name, Tensor (*make)(const Shape&, DType), const std::string& what) {
  const auto give = [make](const Shape& shape, DType dtype, bool requires_grad) {
    return with_grad(make(shape, dtype), requires_grad);
  };
  f.function(
      name.c_str(),
      [give](const py::args& size, MaybeDType dtype, DeviceArgument, bool requires_grad) {
        return give(dims_of(size), dtype.value_or(kDefaultDType), requires_grad);
      },
      ("Return a tensor of the given size " + what + ".").c_str(), py::kw_only(), "dtype"_a = py::none(),
      "device"_a = py::none(), "requires_grad"_a = false);
  f.function((name + "_like").c_str(),
             [give](const Tensor& input, MaybeDType dtype, DeviceArgument, bool requires_grad) {
               return give(input.shape(), dtype_of(input, dtype), requires_grad);
             },
             ("Return a tensor of input's shape and, by default, dtype " + what + ".").c_str(), "input"_a,
             py::kw_only(), "dtype"_a = py::none(), "device"_a = py::none(), "requires_grad"_a = false);
  f.method(("new_" + name).c_str(),
           [give](const Tensor& self, const py::args& size, MaybeDType dtype, DeviceArgument, bool requires_grad) {
             return give(dims_of(size), dtype_of(self, dtype), requires_grad);
           },
           ("Return a tensor of the given size and, by default, this dtype " + what + ".").c_str(), py::kw_only(),
           "dtype"_a = py::none(), "device"_a = py::none(), "requires_grad"_a = false);
}

Tensor make_empty(const Shape& shape, DType dtype) {
  check_sizes("empty", shape);
  return empty(shape, dtype);
}

void define_full(Family& f) {
  f.function(
       "full",
       [](const Dims& size, const Operand& value, MaybeDType dtype, DeviceArgument, bool requires_grad) {
         return with_grad(full(size, value, dtype), requires_grad);
       },
       "Return a tensor of the given size filled with one value, by default of the value's dtype.", "size"_a,
       "fill_value"_a, py::kw_only(), "dtype"_a = py::none(), "device"_a = py::none(), "requires_grad"_a = false)
      .function(
          "full_like",
          [](const Tensor& input, const Operand& value, MaybeDType dtype, DeviceArgument, bool requires_grad) {
            return with_grad(full(input.shape(), value, dtype_of(input, dtype)), requires_grad);
          },
          "Return a tensor of input's shape and, by default, dtype filled with one value.", "input"_a, "fill_value"_a,
          py::kw_only(), "dtype"_a = py::none(), "device"_a = py::none(), "requires_grad"_a = false)
      .method(
          "new_full",
          [](const Tensor& self, const Dims& size, const Operand& value, MaybeDType dtype, DeviceArgument,
             bool requires_grad) { return with_grad(full(size, value, dtype_of(self, dtype)), requires_grad); },
          "Return a tensor of the given size and, by default, this dtype filled with one value.", "size"_a,
          "fill_value"_a, py::kw_only(), "dtype"_a = py::none(), "device"_a = py::none(), "requires_grad"_a = false);
}

void define_sequences(Family& f) {
  f.function(
       "arange",
       [](const Operand& end, MaybeDType dtype, DeviceArgument, bool requires_grad) {
         return with_grad(arange(0, end, 1, dtype), requires_grad);
       },
       "Return 0, 1, 2 ... before end.", "end"_a, py::kw_only(), "dtype"_a = py::none(), "device"_a = py::none(),
       "requires_grad"_a = false)
      .function(
          "arange",
          [](const Operand& start, const Operand& end, const Operand& step, MaybeDType dtype, DeviceArgument,
             bool requires_grad) { return with_grad(arange(start, end, step, dtype), requires_grad); },
          R"(Return start, start + step, ... before end.

Args:
    start: the first number; 0 where only `end` is given.
    end: where to stop; not included.
    step: the difference of two numbers, not 0.
    dtype: by default int64 for integers, else float32.

Raises:
    ValueError: a step of 0 or one that leads away from end, or a number that is not finite.

Example:
    >>> import dlcore
    >>> dlcore.arange(1, 2.5, 0.5)
    tensor([1.0000, 1.5000, 2.0000])
)",
          "start"_a, "end"_a, "step"_a = 1, py::kw_only(), "dtype"_a = py::none(), "device"_a = py::none(),
          "requires_grad"_a = false)
      .function(
          "linspace",
          [](double start, double end, int64_t steps, MaybeDType dtype, DeviceArgument, bool requires_grad) {
            return with_grad(linspace(start, end, steps, dtype.value_or(kDefaultDType)), requires_grad);
          },
          "Return `steps` numbers evenly spaced from start to end, both included.", "start"_a, "end"_a, "steps"_a,
          py::kw_only(), "dtype"_a = py::none(), "device"_a = py::none(), "requires_grad"_a = false)
      .function(
          "eye",
          [](int64_t n, std::optional<int64_t> m, MaybeDType dtype, DeviceArgument, bool requires_grad) {
            return with_grad(eye(n, m.value_or(n), dtype.value_or(kDefaultDType)), requires_grad);
          },
          "Return an n x m matrix with ones on its diagonal and zeros elsewhere; m is n by default.", "n"_a,
          "m"_a = py::none(), py::kw_only(), "dtype"_a = py::none(), "device"_a = py::none(),
          "requires_grad"_a = false);
}

Tensor as_tensor(const py::object& data, MaybeDType dtype, DeviceArgument) {
  const Tensor shared = is_tensor(data.ptr()) ? tensor_of(data.ptr())
                        : PyList_Check(data.ptr()) || PyTuple_Check(data.ptr())
                            ? Tensor()
                            : tensor_of_array("as_tensor", data.ptr());
  if (!shared.defined()) return tensor_from_data(data.ptr(), dtype);
  const Unlocked lock(shared.numel());
  return to(shared, dtype_of(shared, dtype));
}

void define_from_data(Family& f) {
  f.function(
       "tensor",
       [](const py::object& data, MaybeDType dtype, DeviceArgument, bool requires_grad) {
         return with_grad(tensor_from_data(data.ptr(), dtype), requires_grad);
       },
       R"(Copy numbers into a new tensor without history.

Args:
    data: a number, nested sequences of numbers (all of one length per level), a NumPy array, a tensor, or sequences
        of these.
    dtype: by default float32 for Python floats, int64 for ints, bool for bools; arrays and tensors keep theirs.
    device: None or 'cpu'.
    requires_grad: whether a gradient is wanted.

Raises:
    ValueError: sequences of different lengths, or a number that does not fit into dtype.
    TypeError: something that is no number, or an array of a dtype that tensors do not have.

Example:
    >>> import dlcore
    >>> dlcore.tensor([[1, 2], [3, 4.5]])
    tensor([[1.0000, 2.0000],
            [3.0000, 4.5000]])
)",
       "data"_a, py::kw_only(), "dtype"_a = py::none(), "device"_a = py::none(), "requires_grad"_a = false)
      .function("as_tensor", &as_tensor,
                "Return data as a tensor, on the same memory where it is a tensor or an array of that dtype.", "data"_a,
                "dtype"_a = py::none(), "device"_a = py::none())
      .function(
          "from_numpy", [](const py::array& array) { return from_array("from_numpy", array); },
          R"(Return a tensor on the memory of a NumPy array; a change of one is a change of the other.

A read-only array gives a tensor that cannot be changed in place.

Raises:
    TypeError: an array of a dtype that tensors do not have, or of foreign byte order.
    ValueError: negative strides, or memory not aligned to the item size.

Example:
    >>> import numpy as np, dlcore
    >>> a = np.zeros(2)
    >>> dlcore.from_numpy(a).add_(1)
    tensor([1., 1.], dtype=dlcore.float64)
    >>> a
    array([1., 1.])
)",
          "array"_a)
      .method(
          "new_tensor",
          [](const Tensor& self, const py::object& data, MaybeDType dtype, DeviceArgument, bool requires_grad) {
            return with_grad(tensor_from_data(data.ptr(), dtype_of(self, dtype)), requires_grad);
          },
          "Copy numbers into a new tensor, by default of this dtype.", "data"_a, py::kw_only(), "dtype"_a = py::none(),
          "device"_a = py::none(), "requires_grad"_a = false);
}

}  // namespace

void define_creation(py::module_& m) {
  py::class_<Device>(m, "device", "Where a tensor lies: 'cpu', the only place there is.")
      .def(py::init<const std::string&>(), "type"_a = "cpu")
      .def_property_readonly("type", [](const Device&) { return "cpu"; })
      .def_property_readonly("index", [](const Device&) { return py::none(); })
      .def("__repr__", [](const Device&) { return "device(type='cpu')"; })
      .def("__str__", [](const Device&) { return "cpu"; })
      .def("__eq__", [](const Device&, const Device&) { return true; })
      .def("__eq__", [](const Device&, const std::string& name) { return name == "cpu" || name == "cpu:0"; })
      .def("__hash__", [](const Device&) { return py::hash(py::str("cpu")); })
      .def(py::pickle([](const Device&) { return py::tuple(); }, [](const py::tuple&) { return Device(); }));

  Family f(m);
  define_filled(f, "zeros", &zeros, "filled with zeros");
  define_filled(f, "ones", &ones, "filled with ones");
  define_filled(f, "empty", &make_empty, "with undefined contents");
  define_full(f);
  define_sequences(f);
  define_from_data(f);
}

}  // namespace dlcore::bindings
