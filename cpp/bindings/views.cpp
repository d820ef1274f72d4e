#include "define.h"
#include "tensors.h"

namespace dlcore::bindings {
namespace {

std::vector<Tensor> split_by(const Tensor& x, const py::object& size_or_sections, int axis) {
  if (PyIndex_Check(size_or_sections.ptr())) return split(x, size_or_sections.cast<int64_t>(), axis);
  return split(x, size_or_sections.cast<std::vector<int64_t>>(), axis);
}

void define_shapes(Family& family) {
  family
      .function("reshape", unlocked(&reshape),
                "Return the elements, in row order, in another shape; a view where memory allows. One size may be -1.",
                "input"_a, "shape"_a)
      .method(
          "reshape", [](const Tensor& x, const py::args& shape) { return reshape(x, dims_of(shape)); },
          "Return the elements, in row order, in another shape; a view where memory allows. One size may be -1.")
      .method(
          "reshape_as", [](const Tensor& x, const Tensor& other) { return reshape(x, other.shape()); },
          "Return the elements in the shape of another tensor.", "other"_a)
      .method(
          "view", [](const Tensor& x, const py::args& shape) { return view(x, dims_of(shape)); },
          "Return the same memory in another shape; ValueError where that takes a copy.")
      .method(
          "view_as", [](const Tensor& x, const Tensor& other) { return view(x, other.shape()); },
          "Return the same memory in the shape of another tensor.", "other"_a)
      .op("flatten", unlocked(&flatten), "Join the dimensions start_dim to end_dim into one.", "input"_a,
          "start_dim"_a = 0, "end_dim"_a = -1)
      .op("unflatten", &unflatten, "Divide a dimension into several. One size may be -1.", "input"_a, "dim"_a,
          "sizes"_a)
      .op("squeeze", &squeeze, "Drop the dimensions of size 1, or those of `dim` that have it.", "input"_a,
          "dim"_a = py::none())
      .op("unsqueeze", &unsqueeze, "Insert a dimension of size 1.", "input"_a, "dim"_a)
      .method(
          "expand", [](const Tensor& x, const py::args& size) { return expand(x, dims_of(size)); },
          "Return a view in which dimensions of size 1 repeat; -1 keeps a size.")
      .method(
          "expand_as", [](const Tensor& x, const Tensor& other) { return expand(x, other.shape()); },
          "Return a view expanded to the shape of another tensor.", "other"_a)
      .op("broadcast_to", &expand, "Return a view expanded to a shape.", "input"_a, "size"_a)
      .function(
          "broadcast_tensors", [](const py::args& tensors) { return as_tuple(broadcast_tensors(tensors_of(tensors))); },
          "Expand tensors to the shape that they broadcast to.");
}

void define_axis_orders(Family& family) {
  const auto t = [](const Tensor& x) {
    if (x.ndim() > 2) raise<ValueError>("t: expected at most 2 dimensions, got shape ", x.shape());
    return x.ndim() < 2 ? x : transpose(x, 0, 1);
  };
  family.function("permute", &permute, "Return a view with the dimensions in another order.", "input"_a, "dims"_a)
      .method(
          "permute", [](const Tensor& x, const py::args& dims) { return permute(x, dims_of(dims)); },
          "Return a view with the dimensions in another order.")
      .op("transpose", &transpose, "Return a view with two dimensions swapped.", "input"_a, "dim0"_a, "dim1"_a)
      .op("swapaxes", &transpose, "Return a view with two dimensions swapped.", "input"_a, "axis0"_a, "axis1"_a)
      .op("swapdims", &transpose, "Return a view with two dimensions swapped.", "input"_a, "dim0"_a, "dim1"_a)
      .op("t", t, "Transpose a matrix; a vector or number stays as it is.", "input"_a)
      .op("movedim", &movedim, "Move dimensions to other places; the rest keep their order.", "input"_a, "source"_a,
          "destination"_a)
      .op("moveaxis", &movedim, "Move dimensions to other places; the rest keep their order.", "input"_a, "source"_a,
          "destination"_a);
}

void define_parts(Family& family) {
  family
      .op("select", &select, "Return the view at one index of a dimension, without that dimension.", "input"_a, "dim"_a,
          "index"_a)
      .op("narrow", &narrow, "Return the view of `length` elements of a dimension from `start` on.", "input"_a, "dim"_a,
          "start"_a, "length"_a)
      .op("diagonal", &diagonal,
          "Return the diagonal of two dimensions as a view; it becomes the last dimension. offset > 0 is above it.",
          "input"_a, "offset"_a = 0, "dim1"_a = 0, "dim2"_a = 1)
      .op(
          "split",
          [](const Tensor& x, const py::object& sizes, int axis) { return as_tuple(split_by(x, sizes, axis)); },
          "Cut into views of one size (the last may be smaller), or of the sizes listed.", "tensor"_a,
          "split_size_or_sections"_a, "dim"_a = 0)
      .op(
          "chunk", [](const Tensor& x, int64_t chunks, int axis) { return as_tuple(chunk(x, chunks, axis)); },
          "Cut into at most `chunks` views of one size, the last may be smaller.", "input"_a, "chunks"_a, "dim"_a = 0)
      .op(
          "unbind", [](const Tensor& x, int axis) { return as_tuple(unbind(x, axis)); },
          "Return the views at every index of a dimension.", "input"_a, "dim"_a = 0)
      .method("unfold", &unfold,
              "Return all windows of `size` elements along a dimension, `step` apart, as a view: the windows stand in\n"
              "that dimension, their elements in a new last one.",
              "dimension"_a, "size"_a, "step"_a);
}

}  // namespace

void define_views(py::module_& m) {
  Family family(m);
  define_shapes(family);
  define_axis_orders(family);
  define_parts(family);
}

}  // namespace dlcore::bindings
