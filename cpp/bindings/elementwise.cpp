#include "define.h"

namespace dlcore::bindings {
namespace {

using Limit = const std::optional<Operand>&;

Tensor limit(Limit given) { return given ? given->tensor : Tensor(); }

}  // namespace

void define_elementwise(py::module_& m) {
  Family(m)
      .elementwise("square", &square, "Compute input^2.", "input"_a)
      .elementwise("reciprocal", &reciprocal, "Compute 1 / input.", "input"_a)
      .elementwise("sqrt", &sqrt, "Compute the square root, NaN below zero.", "input"_a)
      .elementwise("rsqrt", &rsqrt, "Compute 1 / sqrt(input).", "input"_a)
      .elementwise("exp", &exp, "Compute e^input.", "input"_a)
      .elementwise("expm1", &expm1, "Compute e^input - 1, exact near zero.", "input"_a)
      .elementwise("log", &log, "Compute the natural logarithm; -inf at zero, NaN below.", "input"_a)
      .elementwise("log1p", &log1p, "Compute ln(1 + input), exact near zero.", "input"_a)
      .elementwise("sin", &sin, "Compute the sine of input radians.", "input"_a)
      .elementwise("cos", &cos, "Compute the cosine of input radians.", "input"_a)
      .elementwise("tanh", &tanh, "Compute the hyperbolic tangent.", "input"_a)
      .elementwise("erf", &erf, "Compute 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to input.", "input"_a)
      .elementwise("abs", &abs, "Compute |input|; the gradient at zero is zero.", "input"_a)
      .elementwise("sign", &sign, "Compute -1, 0 or 1; 0 for NaN. The gradient is zero.", "input"_a)
      .elementwise("floor", &floor, "Round down. The gradient is zero.", "input"_a)
      .elementwise("ceil", &ceil, "Round up. The gradient is zero.", "input"_a)
      .elementwise("round", &round, "Round to the nearest integer, halves to the even one. The gradient is zero.",
                   "input"_a)
      .elementwise("trunc", &trunc, "Round towards zero. The gradient is zero.", "input"_a)
      .op("maximum", operands(&maximum), "Compute the larger of input and other; NaN if one is NaN.", "input"_a,
          "other"_a)
      .op("minimum", operands(&minimum), "Compute the smaller of input and other; NaN if one is NaN.", "input"_a,
          "other"_a)
      .op(
          "clamp",
          [](const Operand& x, Limit min, Limit max) {
            const Unlocked lock(work_of(x));
            return clamp(x, limit(min), limit(max));
          },
          "Compute min(max(input, min), max), which is max where min > max.\n\n"
          "Args:\n    input: a tensor.\n    min, max: numbers or tensors that broadcast, or None for no limit.\n",
          "input"_a, "min"_a = py::none(), "max"_a = py::none())
      .method(
          "clamp_",
          [](const Tensor& x, Limit min, Limit max) -> Tensor {
            const Unlocked lock(work_of(x));
            return dlcore::in_place("clamp_", x, &clamp, limit(min), limit(max));
          },
          "Do the same as clamp in place.", "min"_a = py::none(), "max"_a = py::none())
      .function("where", operands(&where),
                "Take input where condition holds, other elsewhere.\n\n"
                "Args:\n    condition: a tensor of bool.\n    input, other: tensors or numbers; all three broadcast.\n",
                "condition"_a, "input"_a, "other"_a)
      .method(
          "where", [](const Tensor& x, const Tensor& c, const Operand& other) { return where(c, x, other); },
          "Take this tensor where condition holds, other elsewhere.", "condition"_a, "other"_a);
}

}  // namespace dlcore::bindings
