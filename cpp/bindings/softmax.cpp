#include "define.h"

namespace dlcore::bindings {

void define_softmax(py::module_& m) {
  Family(m)
      .op("softmax", unlocked(&softmax),
          "Compute e^input / sum(e^input) along a dimension, without overflow.\n\n"
          "Args:\n    input: a floating tensor.\n    dim: the dimension along which the result sums to 1.\n"
          "    dtype: what input is converted to first.\n\n"
          "Returns:\n    A tensor of input's shape; NaN where a lane is -inf throughout.\n\n"
          "Raises:\n    TypeError: the dtype is not floating.\n\n"
          "Example:\n    >>> import dlcore\n    >>> dlcore.softmax(dlcore.zeros(2), 0)\n    tensor([0.5000, 0.5000])\n",
          "input"_a, "dim"_a, "dtype"_a = py::none())
      .op("log_softmax", unlocked(&log_softmax),
          "Compute input - ln(sum(e^input)) along a dimension: the logarithm of softmax, exact where that is tiny.\n\n"
          "Args:\n    input: a floating tensor.\n    dim: the dimension to sum along.\n"
          "    dtype: what input is converted to first.\n\n"
          "Raises:\n    TypeError: the dtype is not floating.\n",
          "input"_a, "dim"_a, "dtype"_a = py::none());
}

}  // namespace dlcore::bindings
