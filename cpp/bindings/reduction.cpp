#include <string>

#include "define.h"

namespace dlcore::bindings {
namespace {

// p="fro" and its like.
struct Order {
  double value;
};

}  // namespace
}  // namespace dlcore::bindings

namespace pybind11::detail {

template <>
struct type_caster<dlcore::bindings::Order> {
  PYBIND11_TYPE_CASTER(dlcore::bindings::Order, const_name("float | Literal['fro']"));
  bool load(handle source, bool) {
    if (PyUnicode_Check(source.ptr())) {
      if (PyUnicode_CompareWithASCIIString(source.ptr(), "fro") != 0)
        dlcore::raise<dlcore::ValueError>("norm: p: expected a number or 'fro', got '", source.cast<std::string>(),
                                          "'");
      value.value = 2;
      return true;
    }
    value.value = PyFloat_AsDouble(source.ptr());
    if (!PyErr_Occurred()) return true;
    PyErr_Clear();
    return false;
  }
  static handle cast(dlcore::bindings::Order order, return_value_policy, handle) {
    return order.value == 2 ? str("fro").release() : handle(PyFloat_FromDouble(order.value));
  }
};

}  // namespace pybind11::detail

namespace dlcore::bindings {
namespace {

Tensor norm_of(const Tensor& x, Order p, const std::optional<Dims>& dim, bool keepdim, std::optional<DType> dtype) {
  return norm(x, p.value, dim, keepdim, dtype);
}

constexpr const char* kProd = R"(Multiply over one dimension, or all of them.

The gradient of an element is the product of all others, exact where there are zeros.

Args:
    input: a tensor; of bool and integers, the product is int64.
    dim: a dimension, or None for all.
    keepdim: whether the dimension stays, of size 1.
    dtype: what input is converted to first.

Returns:
    A tensor; 1 where nothing is multiplied.

Example:
    >>> import dlcore
    >>> dlcore.prod(dlcore.tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    tensor([ 2., 12.])
)";
constexpr const char* kVar = R"(Compute the variance, sum((input - mean)^2) / max(n - correction, 0).

Args:
    input: a floating tensor.
    dim: a dimension, several, or None for all.
    correction: what is taken off the number n of elements; 1 is Bessel's correction.
    keepdim: whether the dimensions stay, of size 1.

Raises:
    TypeError: input is not floating.

Example:
    >>> import dlcore
    >>> dlcore.var(dlcore.tensor([1.0, 2.0, 3.0]))
    tensor(1.)
)";
constexpr const char* kStd = R"(Compute the standard deviation, the root of the variance; the gradient at zero is zero.

Args:
    input: a floating tensor.
    dim: a dimension, several, or None for all.
    correction: what is taken off the number n of elements; 1 is Bessel's correction.
    keepdim: whether the dimensions stay, of size 1.

Raises:
    TypeError: input is not floating.
)";
constexpr const char* kLogsumexp = R"(Compute ln(sum(e^input)) without overflow; -inf where nothing is summed.

Args:
    input: a tensor; integers give the default floating dtype.
    dim: a dimension or several.
    keepdim: whether the dimensions stay, of size 1.

Example:
    >>> import dlcore
    >>> dlcore.logsumexp(dlcore.tensor([1000.0, 0.0]), 0)
    tensor(1000.)
)";
constexpr const char* kNorm = R"(Compute the vector norm (sum(|input|^p))^(1/p); the gradient where it is zero is zero.

Args:
    input: a floating tensor.
    p: the order, any number; 'fro' is 2; inf gives the largest |input|, -inf the smallest, 0 the count of non-zeros.
    dim: a dimension, several, or None for all.
    keepdim: whether the dimensions stay, of size 1.
    dtype: what input is converted to first.

Raises:
    TypeError: the dtype is not floating.
    ValueError: p is infinite or negative, and there are no elements.

Example:
    >>> import dlcore
    >>> dlcore.norm(dlcore.tensor([3.0, 4.0]))
    tensor(5.)
)";

}  // namespace

void define_reduction(py::module_& m) {
  Family(m)
      .op("sum", unlocked(&sum), "Sum over the given dimensions, or all of them.", "input"_a, "dim"_a = py::none(),
          "keepdim"_a = false, py::kw_only(), "dtype"_a = py::none())
      .op("mean", unlocked(&mean), "Average over the given dimensions, or all of them.", "input"_a,
          "dim"_a = py::none(), "keepdim"_a = false, py::kw_only(), "dtype"_a = py::none())
      .op("prod", unlocked(&prod), kProd, "input"_a, "dim"_a = py::none(), "keepdim"_a = false, py::kw_only(),
          "dtype"_a = py::none())
      .op("var", unlocked(&var), kVar, "input"_a, "dim"_a = py::none(), py::kw_only(), "correction"_a = 1.0,
          "keepdim"_a = false)
      .op("std", unlocked(&dlcore::std), kStd, "input"_a, "dim"_a = py::none(), py::kw_only(), "correction"_a = 1.0,
          "keepdim"_a = false)
      .function("var_mean", unlocked(&var_mean), "Compute variance and mean, as var and mean do.", "input"_a,
                "dim"_a = py::none(), py::kw_only(), "correction"_a = 1.0, "keepdim"_a = false)
      .op("logsumexp", unlocked(&logsumexp), kLogsumexp, "input"_a, "dim"_a, "keepdim"_a = false)
      .op("norm", unlocked(&norm_of), kNorm, "input"_a, "p"_a = Order{2}, "dim"_a = py::none(), "keepdim"_a = false,
          "dtype"_a = py::none())
      .op("any", unlocked(&any), "Tell whether one element is not zero: bool, or uint8 of uint8. NaN is not zero.",
          "input"_a, "dim"_a = py::none(), "keepdim"_a = false)
      .op("all", unlocked(&all), "Tell whether no element is zero: bool, or uint8 of uint8. NaN is not zero.",
          "input"_a, "dim"_a = py::none(), "keepdim"_a = false);
}

}  // namespace dlcore::bindings
