#include "values_and_indices.h"

namespace dlcore::bindings {
namespace {

constexpr const char* kSort = R"(Sort along a dimension.

Args:
    input: a tensor. NaN counts as larger than every number.
    dim: the dimension.
    descending: whether the largest comes first.
    stable: has no effect: equal elements always stay in the order they have.

Returns:
    (values, indices): the elements in order, and where along the dimension each came from, int64.

Example:
    >>> import dlcore
    >>> dlcore.sort(dlcore.tensor([3.0, 1.0, 2.0])).indices
    tensor([1, 2, 0])
)";
constexpr const char* kTopk = R"(Find the k largest (or smallest) elements along a dimension.

Args:
    input: a tensor. NaN counts as larger than every number.
    k: how many, at most as many as there are.
    dim: the dimension.
    largest: whether the largest are asked for, or the smallest.
    sorted: has no effect: the elements are always in order, equal ones in the order they have in input.

Returns:
    (values, indices): the elements, and where along the dimension each came from, int64.

Raises:
    IndexError: k is out of range.

Example:
    >>> import dlcore
    >>> dlcore.topk(dlcore.tensor([3.0, 1.0, 2.0]), 2).values
    tensor([3., 2.])
)";

ValuesAndIndices sorted(const Tensor& x, int dim, bool descending, bool) { return sort(x, dim, descending); }
Tensor places(const Tensor& x, int dim, bool descending, bool) { return argsort(x, dim, descending); }
ValuesAndIndices top(const Tensor& x, int64_t k, int dim, bool largest, bool) { return topk(x, k, dim, largest); }

}  // namespace

void define_sorting(py::module_& m) {
  Family(m)
      .op("cumsum", unlocked(&cumsum),
          "Compute the running sums input[0] + ... + input[i] along a dimension.\n\n"
          "Args:\n    input: a tensor; sums of bool and integers are int64.\n    dim: the dimension.\n"
          "    dtype: what input is converted to first.\n\n"
          "Example:\n    >>> import dlcore\n    >>> dlcore.cumsum(dlcore.tensor([1, 2, 3]), 0)\n"
          "    tensor([1, 3, 6])\n",
          "input"_a, "dim"_a, py::kw_only(), "dtype"_a = py::none())
      .op("sort", unlocked(&sorted), kSort, "input"_a, "dim"_a = -1, "descending"_a = false, "stable"_a = false)
      .op("argsort", unlocked(&places), "Find the indices that sort along a dimension, as sort gives them.", "input"_a,
          "dim"_a = -1, "descending"_a = false, "stable"_a = false)
      .op("topk", unlocked(&top), kTopk, "input"_a, "k"_a, "dim"_a = -1, "largest"_a = true, "sorted"_a = true);
}

}  // namespace dlcore::bindings
