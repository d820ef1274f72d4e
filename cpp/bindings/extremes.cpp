#include "values_and_indices.h"

namespace dlcore::bindings {
namespace {

using Whole = Tensor (*)(const Tensor&);
using Along = ValuesAndIndices (*)(const Tensor&, int, bool);

constexpr const char* kMax = R"(Find the largest element: of all, along a dimension, or of two tensors.

    max(input) -> Tensor
    max(input, dim, keepdim=False) -> (values, indices)
    max(input, other) -> Tensor, as maximum

NaN counts as larger than every number. Of all, elements that are the largest share the gradient; along a dimension,
the first of them is taken and has all of it.

Raises:
    ValueError: there are no elements.

Example:
    >>> import dlcore
    >>> dlcore.max(dlcore.tensor([[1.0, 5.0], [4.0, 2.0]]), 1).indices
    tensor([1, 0])
)";
constexpr const char* kMin = R"(Find the smallest element: of all, along a dimension, or of two tensors.

    min(input) -> Tensor
    min(input, dim, keepdim=False) -> (values, indices)
    min(input, other) -> Tensor, as minimum

NaN counts as smaller than every number. Of all, elements that are the smallest share the gradient; along a dimension,
the first of them is taken and has all of it.

Raises:
    ValueError: there are no elements.
)";

void define_extreme(Family& family, const char* name, Whole whole, Along along,
                    Tensor (*of_two)(const Tensor&, const Tensor&), const char* doc) {
  family.op(name, unlocked(whole), doc, "input"_a)
      .op(name, unlocked(of_two), "", "input"_a, "other"_a)
      .op(name, unlocked(along), "", "input"_a, "dim"_a, "keepdim"_a = false);
}

}  // namespace

void define_extremes(py::module_& m) {
  define_named_tuple<ValuesAndIndices>(m);
  Family family(m);
  define_extreme(family, "max", &max, &max, &maximum, kMax);
  define_extreme(family, "min", &min, &min, &minimum, kMin);
  family
      .op("amax", unlocked(&amax),
          "Find the largest element over the given dimensions, or all; equals share the gradient.\n\n"
          "Raises:\n    ValueError: there are no elements.\n",
          "input"_a, "dim"_a = py::tuple(), "keepdim"_a = false)
      .op("amin", unlocked(&amin),
          "Find the smallest element over the given dimensions, or all; equals share the gradient.\n\n"
          "Raises:\n    ValueError: there are no elements.\n",
          "input"_a, "dim"_a = py::tuple(), "keepdim"_a = false)
      .op("argmax", unlocked(&argmax),
          "Find where the largest element is met first: along a dimension, or in the flattened input.\n\n"
          "Returns:\n    A tensor of int64. The first NaN comes before every number.\n\n"
          "Raises:\n    ValueError: there are no elements.\n\n"
          "Example:\n    >>> import dlcore\n    >>> dlcore.argmax(dlcore.tensor([[1, 5], [4, 2]])).item()\n    1\n",
          "input"_a, "dim"_a = py::none(), "keepdim"_a = false)
      .op("argmin", unlocked(&argmin),
          "Find where the smallest element is met first: along a dimension, or in the flattened input.\n\n"
          "Returns:\n    A tensor of int64. The first NaN comes before every number.\n\n"
          "Raises:\n    ValueError: there are no elements.\n",
          "input"_a, "dim"_a = py::none(), "keepdim"_a = false);
}

}  // namespace dlcore::bindings
