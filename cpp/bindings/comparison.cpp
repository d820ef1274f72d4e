#include "define.h"

namespace dlcore::bindings {

void define_comparison(py::module_& m) {
  constexpr const char* kClose =
      "Tell where |input - other| <= atol + rtol * |other|.\n\n"
      "Infinities are close to themselves only, NaN to NaN if equal_nan. Integers are compared as float64.\n";
  Family(m)
      .elementwise("eq", &eq, "Tell where input == other.", "input"_a, "other"_a)
      .elementwise("ne", &ne, "Tell where input != other.", "input"_a, "other"_a)
      .elementwise("lt", &lt, "Tell where input < other.", "input"_a, "other"_a)
      .elementwise("le", &le, "Tell where input <= other.", "input"_a, "other"_a)
      .elementwise("gt", &gt, "Tell where input > other.", "input"_a, "other"_a)
      .elementwise("ge", &ge, "Tell where input >= other.", "input"_a, "other"_a)
      .elementwise("logical_and", &logical_and, "Tell where both are non-zero.", "input"_a, "other"_a)
      .elementwise("logical_or", &logical_or, "Tell where one at least is non-zero.", "input"_a, "other"_a)
      .elementwise("logical_xor", &logical_xor, "Tell where exactly one is non-zero.", "input"_a, "other"_a)
      .elementwise("logical_not", &logical_not, "Tell where input is zero.", "input"_a)
      .elementwise("bitwise_and", &bitwise_and, "Compute input & other of bool or integers.", "input"_a, "other"_a)
      .elementwise("bitwise_or", &bitwise_or, "Compute input | other of bool or integers.", "input"_a, "other"_a)
      .elementwise("bitwise_xor", &bitwise_xor, "Compute input ^ other of bool or integers.", "input"_a, "other"_a)
      .elementwise("bitwise_not", &bitwise_not, "Compute ~input of bool or integers.", "input"_a)
      .op("isnan", operands(&isnan), "Tell where input is NaN.", "input"_a)
      .op("isinf", operands(&isinf), "Tell where input is infinite, of either sign.", "input"_a)
      .op("isfinite", operands(&isfinite), "Tell where input is neither NaN nor infinite.", "input"_a)
      .op("isclose", operands(&isclose), kClose, "input"_a, "other"_a, "rtol"_a = 1e-5, "atol"_a = 1e-8,
          "equal_nan"_a = false)
      .op("allclose", operands(&allclose), "Return whether all of isclose() holds, as a Python bool.", "input"_a,
          "other"_a, "rtol"_a = 1e-5, "atol"_a = 1e-8, "equal_nan"_a = false)
      .op("equal", unlocked(&equal), "Return whether two tensors have the same shape and elements, as a Python bool.",
          "input"_a, "other"_a);
}

}  // namespace dlcore::bindings
