#include "define.h"
#include "tensors.h"

namespace dlcore::bindings {
namespace {

void define_gather(Family& family) {
  family
      .op("gather", unlocked(&gather),
          "Read along a dimension: y[i, j, k] = input[i, index[i, j, k], k] for dim = 1.\n\n"
          "Args:\n"
          "    input: a tensor.\n"
          "    dim: the dimension along which is read.\n"
          "    index: int64 or int32 of input's number of dimensions, no larger than input except along dim.\n"
          "Returns:\n    A tensor of index's shape and input's dtype.\n"
          "Raises:\n    IndexError: an index is out of range.\n\n"
          "Example:\n"
          "    >>> import dlcore\n"
          "    >>> dlcore.gather(dlcore.tensor([[1, 2], [3, 4]]), 1, dlcore.tensor([[1], [0]])).tolist()\n"
          "    [[2], [3]]\n",
          "input"_a, "dim"_a, "index"_a)
      .op("take_along_dim", unlocked(&take_along_dim),
          "Read along a dimension as gather does, after input and index are broadcast in the others.\n\n"
          "Args:\n"
          "    input: a tensor.\n"
          "    indices: int64 or int32, such as argsort and argmax(keepdim=True) return.\n"
          "    dim: the dimension along which is read; None reads from the flattened input.\n",
          "input"_a, "indices"_a, "dim"_a = py::none())
      .op("index_select", unlocked(&index_select),
          "Return the slices along a dimension that a vector names: y[i, j, k] = input[i, index[j], k] for dim = 1.\n\n"
          "Args:\n"
          "    input: a tensor.\n"
          "    dim: the dimension whose slices are taken.\n"
          "    index: a vector of int64 or int32.\n"
          "Raises:\n    IndexError: an index is out of range.\n\n"
          "Example:\n"
          "    >>> import dlcore\n"
          "    >>> dlcore.index_select(dlcore.tensor([5, 6, 7]), 0, dlcore.tensor([2, 0])).tolist()\n"
          "    [7, 5]\n",
          "input"_a, "dim"_a, "index"_a)
      .op("one_hot", unlocked(&one_hot),
          "Return y[i, k] = 1 where input[i] = k, 0 elsewhere, of dtype int64.\n\n"
          "Args:\n"
          "    tensor: classes, int64 or int32, of any shape.\n"
          "    num_classes: the size of the new last dimension; -1 takes the largest class + 1.\n\n"
          "Example:\n"
          "    >>> import dlcore\n"
          "    >>> dlcore.one_hot(dlcore.tensor([0, 2])).tolist()\n"
          "    [[1, 0, 0], [0, 0, 1]]\n",
          "tensor"_a, "num_classes"_a = -1);
}

constexpr const char* kScatterAdd =
    "Add along a dimension: y = input, then y[i, index[i, j, k], k] += src[i, j, k] for dim = 1.\n\n"
    "Where several elements go to one place they are added in order, so the bits do not depend on threads.\n\n"
    "Args:\n"
    "    input: a tensor.\n"
    "    dim: the dimension along which is written.\n"
    "    index: int64 or int32 of input's number of dimensions, no larger than input except along dim.\n"
    "    src: a tensor of input's dtype, at least as large as index.\n"
    "Raises:\n    IndexError: an index is out of range.\n\n"
    "Example:\n"
    "    >>> import dlcore\n"
    "    >>> dlcore.zeros(2).scatter_add(0, dlcore.tensor([1, 1, 0]), dlcore.ones(3)).tolist()\n"
    "    [1.0, 2.0]\n";

constexpr const char* kScatter =
    "Write along a dimension: y = input, then y[i, index[i, j, k], k] = src[i, j, k] for dim = 1.\n\n"
    "Where several elements go to one place the last one stays.\n\n"
    "Args:\n"
    "    input: a tensor.\n"
    "    dim: the dimension along which is written.\n"
    "    index: int64 or int32 of input's number of dimensions, no larger than input except along dim.\n"
    "    src: a tensor of input's dtype, at least as large as index, or `value`: a number.\n"
    "Raises:\n    IndexError: an index is out of range.\n";

constexpr const char* kIndexAdd =
    "Add alpha * source to the slices along a dimension that a vector names.\n\n"
    "y = input, then y[i, index[j], k] += alpha * source[i, j, k] for dim = 1; in order where indices are equal.\n\n"
    "Args:\n"
    "    input: a tensor.\n"
    "    dim: the dimension of the slices.\n"
    "    index: a vector of int64 or int32.\n"
    "    source: a tensor of input's dtype and shape, except for index's length along dim.\n"
    "    alpha: a number.\n";

// An op as a function and method, and the one that overwrites its tensor as a method.
template <class Op, class InPlace, class... Rest>
void define_both(Family& family, const char* name, Op op, InPlace in_place, const char* doc, const Rest&... rest) {
  const std::string own = std::string(name) + "_", in_place_doc = std::string("Do the same as ") + name + " in place.";
  family.op(name, op, doc, "input"_a, rest...).method(own.c_str(), in_place, in_place_doc.c_str(), rest...);
}

template <class R>
auto scattering(R (*op)(const Tensor&, int, const Tensor&, const Tensor&)) {
  return [op](const Tensor& x, int axis, const Tensor& index, const Operand& src) -> Tensor {
    const Unlocked lock(work_of(x) + work_of(index));
    return op(x, axis, index, src);
  };
}

template <class R>
auto adding(R (*op)(const Tensor&, int, const Tensor&, const Tensor&, const Tensor&)) {
  return [op](const Tensor& x, int axis, const Tensor& index, const Tensor& source, const Operand& alpha) -> Tensor {
    const Unlocked lock(work_of(x) + work_of(source));
    return op(x, axis, index, source, alpha);
  };
}

void define_scatter(Family& family) {
  for (const char* src : {"src", "value"}) {
    define_both(family, "scatter", scattering(&scatter), scattering(&scatter_), kScatter, "dim"_a, "index"_a,
                py::arg(src));
  }
  define_both(family, "scatter_add", scattering(&scatter_add), scattering(&scatter_add_), kScatterAdd, "dim"_a,
              "index"_a, "src"_a);
  define_both(family, "index_add", adding(&index_add), adding(&index_add_), kIndexAdd, "dim"_a, "index"_a, "source"_a,
              py::kw_only(), "alpha"_a = 1);
}

void define_masked(Family& family) {
  define_both(
      family, "masked_fill",
      [](const Tensor& x, const Tensor& mask, const Operand& value) {
        const Unlocked lock(work_of(x));
        return masked_fill(x, mask, value);
      },
      [](const Tensor& x, const Tensor& mask, const Operand& value) -> Tensor {
        const Unlocked lock(work_of(x));
        return masked_fill_(x, mask, value);
      },
      "Return value where mask is true, input elsewhere, in input's dtype.\n\n"
      "Args:\n"
      "    input: a tensor.\n"
      "    mask: a tensor of bool; input and mask broadcast (in place, mask to input).\n"
      "    value: a number or a tensor with no dimensions.\n\n"
      "Example:\n"
      "    >>> import dlcore\n"
      "    >>> dlcore.tensor([1, 2]).masked_fill(dlcore.tensor([True, False]), 7).tolist()\n"
      "    [7, 2]\n",
      "mask"_a, "value"_a);
  family.op("masked_select", unlocked(&masked_select),
            "Return the elements where mask is true, in order, as a vector; input and mask broadcast.", "input"_a,
            "mask"_a);
}

void define_nonzero(Family& family) {
  family
      .op(
          "nonzero",
          [](const Tensor& x, bool as_tuple) -> py::object {
            std::vector<Tensor> axes;
            Tensor rows;
            {
              const Unlocked lock(work_of(x));
              as_tuple ? void(axes = nonzero_axes(x)) : void(rows = nonzero(x));
            }
            return as_tuple ? py::object(dlcore::bindings::as_tuple(axes)) : py::cast(rows);
          },
          "Return where input is not zero, in order, as int64.\n\n"
          "Args:\n"
          "    input: a tensor.\n"
          "    as_tuple: return one vector per dimension, fit to index with, instead of (count, dimensions).\n\n"
          "Example:\n"
          "    >>> import dlcore\n"
          "    >>> dlcore.tensor([[0, 1], [2, 0]]).nonzero().tolist()\n"
          "    [[0, 1], [1, 0]]\n",
          "input"_a, py::kw_only(), "as_tuple"_a = false)
      .function(
          "where",
          [](const Tensor& condition) {
            std::vector<Tensor> axes;
            {
              const Unlocked lock(work_of(condition));
              axes = nonzero_axes(condition);
            }
            return as_tuple(axes);
          },
          "Return nonzero(condition, as_tuple=True).", "condition"_a);
}

constexpr const char* kIndexPut =
    "Write y = input, then y[indices] = values, or += with accumulate.\n\n"
    "Where indices are equal, additions happen in order, and of several writes the last stays.\n\n"
    "Args:\n"
    "    input: a tensor.\n"
    "    indices: a tuple of tensors for the first dimensions, of int64, int32 or bool, which broadcast together.\n"
    "    values: a tensor of input's dtype that broadcasts to input[indices], or a number.\n"
    "    accumulate: add instead of overwriting.\n";

template <class R>
auto putting(R (*op)(const Tensor&, std::span<const Tensor>, const Tensor&, bool)) {
  return [op](const Tensor& x, const std::vector<Tensor>& indices, const Operand& values, bool accumulate) -> Tensor {
    const Unlocked lock(work_of(x) + work_of(values));
    return op(x, indices, values, accumulate);
  };
}

void define_index_put(Family& family) {
  define_both(family, "index_put", putting(&index_put), putting(&index_put_), kIndexPut, "indices"_a, "values"_a,
              "accumulate"_a = false);
  family.function("embedding", unlocked(&embedding),
                  "Look up rows: y[i, j, :] = weight[input[i, j], :].\n\n"
                  "The gradient of weight is dense; rows that occur several times add in order.\n\n"
                  "Args:\n"
                  "    input: numbers of rows, int64 or int32, of any shape.\n"
                  "    weight: (num_embeddings, embedding_dim).\n"
                  "    padding_idx: a row that receives no gradient.\n"
                  "Returns:\n    A tensor of shape (*input.shape, embedding_dim).\n"
                  "Raises:\n    IndexError: a number is out of range.\n\n"
                  "Example:\n"
                  "    >>> import dlcore\n"
                  "    >>> dlcore.embedding(dlcore.tensor([1, 1]), dlcore.tensor([[1.0, 2.0], [3.0, 4.0]])).tolist()\n"
                  "    [[3.0, 4.0], [3.0, 4.0]]\n",
                  "input"_a, "weight"_a, "padding_idx"_a = py::none());
}

}  // namespace

void define_lookup(py::module_& m) {
  Family family(m);
  define_gather(family);
  define_scatter(family);
  define_masked(family);
  define_nonzero(family);
  define_index_put(family);
}

}  // namespace dlcore::bindings
