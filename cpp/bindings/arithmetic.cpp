#include "define.h"

namespace dlcore::bindings {
namespace {

using Scaled = Tensor (*)(const Tensor&, const Tensor&, const Tensor&);
using ScaledInPlace = const Tensor& (*)(const Tensor&, const Tensor&, const Tensor&);
using Rounded = Tensor (*)(const Tensor&, const Tensor&, std::optional<std::string_view>);

// x.add_(...) and its like, which have kernels of their own.
auto own_in_place(ScaledInPlace op) {
  return [op](const Tensor& x, const Operand& other, const Operand& alpha) {
    const Unlocked lock(work_of(x) + work_of(other));
    return op(x, other, alpha);
  };
}

}  // namespace

void define_arithmetic(py::module_& m) {
  Family(m)
      .op("add", operands(Scaled{add}),
          "Compute input + alpha * other.\n\n"
          "Args:\n    input, other: tensors or numbers that broadcast.\n    alpha: a number.\n\n"
          "Returns:\n    A tensor of the common shape and dtype.\n\n"
          "Example:\n    >>> dlcore.add(dlcore.ones(2), 3, alpha=2).sum().item()\n    14.0\n",
          "input"_a, "other"_a, py::kw_only(), "alpha"_a = 1)
      .method("add_", own_in_place(add_), "Do the same as add in place.", "other"_a, py::kw_only(), "alpha"_a = 1)
      .op("sub", operands(Scaled{sub}),
          "Compute input - alpha * other.\n\n"
          "Args:\n    input, other: tensors or numbers that broadcast, not of bool.\n    alpha: a number.\n",
          "input"_a, "other"_a, py::kw_only(), "alpha"_a = 1)
      .method("sub_", own_in_place(sub_), "Do the same as sub in place.", "other"_a, py::kw_only(), "alpha"_a = 1)
      .function(
          "rsub",
          [](const Operand& input, const Operand& other, const Operand& alpha) { return sub(other, input, alpha); },
          "Compute other - alpha * input.", "input"_a, "other"_a, py::kw_only(), "alpha"_a = 1)
      .op("mul", operands(&mul),
          "Compute input * other.\n\nArgs:\n    input, other: tensors or numbers that broadcast.\n", "input"_a,
          "other"_a)
      .method(
          "mul_",
          [](const Tensor& x, const Operand& other) {
            const Unlocked lock(work_of(x) + work_of(other));
            return mul_(x, other);
          },
          "Do the same as mul in place.", "other"_a)
      .op("div", operands(Rounded{div}),
          "Compute input / other; integers give the default floating dtype.\n\n"
          "Args:\n    input, other: tensors or numbers that broadcast.\n"
          "    rounding_mode: None; 'trunc' rounds towards zero, 'floor' down, and integers then stay integers; such\n"
          "        a step function has a gradient of zero.\n\n"
          "Raises:\n    ValueError: integers are rounded after a division by zero.\n\n"
          "Example:\n    >>> dlcore.div(dlcore.ones(2) * -7, 2, rounding_mode='floor').sum().item()\n    -8.0\n",
          "input"_a, "other"_a, py::kw_only(), "rounding_mode"_a = py::none())
      .method(
          "div_",
          [](const Tensor& x, const Operand& other, std::optional<std::string_view> rounding_mode) -> Tensor {
            const Unlocked lock(work_of(x) + work_of(other));
            if (!rounding_mode) return div_(x, other);
            return dlcore::in_place("div_", x, Rounded{div}, other.tensor, rounding_mode);
          },
          "Do the same as div in place.", "other"_a, py::kw_only(), "rounding_mode"_a = py::none())
      .elementwise("floor_divide", &floor_divide,
                   "Compute floor(input / other), without gradient worth the name: it is zero.\n\n"
                   "Raises:\n    ValueError: an integer is divided by zero.\n",
                   "input"_a, "other"_a)
      .elementwise("remainder", &remainder,
                   "Compute input - floor(input / other) * other, which has the sign of other.\n\n"
                   "Raises:\n    ValueError: an integer is divided by zero.\n",
                   "input"_a, "other"_a)
      .elementwise("pow", &pow,
                   "Compute input ** exponent.\n\n"
                   "Args:\n    input, exponent: tensors or numbers that broadcast, not of bool.\n\n"
                   "Raises:\n    ValueError: integers are raised to a negative integer power.\n",
                   "input"_a, "exponent"_a)
      .elementwise("neg", &neg, "Compute -input.", "input"_a);
}

}  // namespace dlcore::bindings
