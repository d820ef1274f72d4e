#include "define.h"

namespace dlcore::bindings {

void define_reduction(py::module_& m) {
  Family(m)
      .op("sum", unlocked(&sum), "Sum over the given dimensions, or all of them.", "input"_a, "dim"_a = py::none(),
          "keepdim"_a = false, py::kw_only(), "dtype"_a = py::none())
      .op("mean", unlocked(&mean), "Average over the given dimensions, or all of them.", "input"_a,
          "dim"_a = py::none(), "keepdim"_a = false, py::kw_only(), "dtype"_a = py::none());
}

}  // namespace dlcore::bindings
