#include "define.h"
#include "tensors.h"

namespace dlcore::bindings {
namespace {

template <class... Axis>
auto joining(Tensor (*op)(std::span<const Tensor>, Axis...)) {
  return [op](const std::vector<Tensor>& xs, Axis... axis) {
    const Unlocked lock(work_of(xs));
    return op(xs, axis...);
  };
}

void define_joining(Family& family) {
  for (const char* name : {"cat", "concat", "concatenate"}) {
    family.function(name, joining(&cat), "Join tensors along a dimension.", "tensors"_a, "dim"_a = 0);
  }
  family
      .function("stack", joining(&stack), "Join tensors of one shape along a new dimension.", "tensors"_a, "dim"_a = 0)
      .function("hstack", joining(&hstack), "Join tensors side by side: along dimension 1, vectors along 0.",
                "tensors"_a)
      .function("vstack", joining(&vstack), "Join tensors on top of each other: along dimension 0, vectors as rows.",
                "tensors"_a);
}

void define_orders(Family& family) {
  family.op("flip", unlocked(&flip), "Reverse the order of the elements along dimensions.", "input"_a, "dims"_a)
      .method(
          "__reversed__",
          [](const Tensor& x) {
            const Unlocked lock(work_of(x));
            return flip(x, x.ndim() > 0 ? Dims{0} : Dims{});  // a number has no order to reverse
          },
          "Reverse the order of the rows: a copy, flipped along dimension 0.")
      .op("roll", unlocked(&roll),
          "Shift elements along dimensions; what leaves at the end comes in at the start.\n\n"
          "Args:\n"
          "    input: a tensor.\n"
          "    shifts: how far, one number per dimension of dims.\n"
          "    dims: along which dimensions; None shifts the flattened input.\n\n"
          "Example:\n"
          "    >>> import dlcore\n"
          "    >>> dlcore.tensor([1, 2, 3]).roll(1).tolist()\n"
          "    [3, 1, 2]\n",
          "input"_a, "shifts"_a, "dims"_a = py::none())
      .op("tril", unlocked(&tril),
          "Keep the lower triangle of (batches of) matrices, y[i, j] = input[i, j] for j <= i + diagonal, zero "
          "elsewhere.",
          "input"_a, "diagonal"_a = 0)
      .in_place("tril", &tril, "diagonal"_a = 0)
      .op("triu", unlocked(&triu),
          "Keep the upper triangle of (batches of) matrices, y[i, j] = input[i, j] for j >= i + diagonal, zero "
          "elsewhere.",
          "input"_a, "diagonal"_a = 0)
      .in_place("triu", &triu, "diagonal"_a = 0)
      .op("diag", unlocked(&diag),
          "Return the matrix with a vector on its diagonal, or a copy of the diagonal of a matrix.\n\n"
          "Args:\n    input: a vector or matrix.\n    diagonal: how far above (or, negative, below) the main one.\n",
          "input"_a, "diagonal"_a = 0)
      .op("diag_embed", unlocked(&diag_embed),
          "Return matrices, along two new dimensions, with the last dimension of input on their diagonals.\n\n"
          "Args:\n"
          "    input: (..., n).\n"
          "    offset: how far above (or, negative, below) the main diagonal.\n"
          "    dim1, dim2: the dimensions of the result that rows and columns are.\n",
          "input"_a, "offset"_a = 0, "dim1"_a = -2, "dim2"_a = -1);
}

void define_repeats(Family& family) {
  family
      .method(
          "repeat",
          [](const Tensor& x, const py::args& repeats) {
            const Dims times = dims_of(repeats);
            const Unlocked lock(work_of(x));
            return repeat(x, times);
          },
          "Lay copies side by side, one number of them per dimension; new dimensions come first.\n\n"
          "Example:\n"
          "    >>> import dlcore\n"
          "    >>> dlcore.tensor([1, 2]).repeat(2, 2).tolist()\n"
          "    [[1, 2, 1, 2], [1, 2, 1, 2]]\n")
      .function("tile", unlocked(&tile), "Lay copies side by side; missing numbers in front count as 1.", "input"_a,
                "dims"_a)
      .method(
          "tile",
          [](const Tensor& x, const py::args& dims) {
            const Dims times = dims_of(dims);
            const Unlocked lock(work_of(x));
            return tile(x, times);
          },
          "Lay copies side by side; missing numbers in front count as 1.")
      .op(
          "repeat_interleave",
          [](const Tensor& x, const Operand& repeats, std::optional<int> axis) {
            const Unlocked lock(work_of(x));
            return repeat_interleave(x, repeats, axis);
          },
          "Repeat each element several times in a row.\n\n"
          "Args:\n"
          "    input: a tensor.\n"
          "    repeats: how often; a number, or int64 or int32 with one for each element along dim.\n"
          "    dim: along which dimension slices are repeated; None repeats the elements of the flattened input.\n\n"
          "Example:\n"
          "    >>> import dlcore\n"
          "    >>> dlcore.tensor([1, 2]).repeat_interleave(dlcore.tensor([1, 3])).tolist()\n"
          "    [1, 2, 2, 2]\n",
          "input"_a, "repeats"_a, "dim"_a = py::none())
      .function(
          "meshgrid",
          [](const py::args& tensors, const std::string& indexing) {
            return as_tuple(meshgrid(tensors_of(tensors), indexing));
          },
          "Return the coordinates of a grid as views, one tensor per vector.\n\n"
          "Args:\n"
          "    tensors: vectors of coordinates; a number counts as a vector of one.\n"
          "    indexing: 'ij': result dimension i runs along vector i; 'xy': the first two are swapped.\n",
          py::kw_only(), "indexing"_a = "ij")
      .function(
          "pad",
          [](const Tensor& x, const std::vector<int64_t>& widths, const std::string& mode,
             const std::optional<Operand>& value) {
            const Unlocked lock(work_of(x));
            return pad(x, widths, mode, value ? value->tensor : Tensor());
          },
          "Grow a tensor at its ends; negative widths crop.\n\n"
          "Args:\n"
          "    input: a tensor.\n"
          "    pad: (before, after) of the last dimension, then of the one before it, and so on.\n"
          "    mode: 'constant' fills with value, 'reflect' mirrors without the edge, 'replicate' repeats the edge,\n"
          "        'circular' takes from the other end.\n"
          "    value: a number, by default 0; for 'constant' alone.\n"
          "Raises:\n    ValueError: a dimension is too small for what it is to be mirrored or wrapped to.\n\n"
          "Example:\n"
          "    >>> import dlcore\n"
          "    >>> dlcore.pad(dlcore.tensor([1, 2, 3]), (2, 0), mode='reflect').tolist()\n"
          "    [3, 2, 1, 2, 3]\n",
          "input"_a, "pad"_a, "mode"_a = "constant", "value"_a = py::none());
}

}  // namespace

void define_shape(py::module_& m) {
  Family family(m);
  define_joining(family);
  define_orders(family);
  define_repeats(family);
}

}  // namespace dlcore::bindings
