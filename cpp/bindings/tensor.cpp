#include "define.h"
#include "dlcore/threads.h"

// The methods of Tensor that are no ops: looking, copying, converting, and the library's own settings.
namespace dlcore::bindings {

Dims dims_of(const py::args& args) {
  const bool single = args.size() == 1 && !PyIndex_Check(py::object(args[0]).ptr());
  const py::object sizes = single ? py::object(args[0]) : py::object(args);
  py::detail::make_caster<Dims> dims;
  if (!dims.load(sizes, false))
    raise<TypeError>("expected integers or a tuple of integers, got ", py::repr(sizes).cast<std::string>());
  return static_cast<Dims&>(dims);
}

void define_tensor(py::module_& m) {
  Family(m)
      .method("numel", &Tensor::numel, "Return the number of elements.")
      .method("dim", &Tensor::ndim, "Return the number of dimensions.")
      .method(
          "size",
          [](const Tensor& x, std::optional<int64_t> dim) -> py::object {
            if (!dim) return py::cast(x.shape());
            const int axis = normalize_axis("size", *dim, x.shape());
            if (x.ndim() == 0) raise<IndexError>("size: a 0-d tensor has no axis ", *dim);
            return py::int_(x.size(axis));
          },
          "Return the shape, or the size of one dimension.", "dim"_a = py::none())
      .method(
          "stride",
          [](const Tensor& x, std::optional<int64_t> dim) -> py::object {
            if (!dim) return py::cast(x.strides());
            if (x.ndim() == 0) raise<IndexError>("stride: a 0-d tensor has no axis ", *dim);
            return py::int_(x.strides()[normalize_axis("stride", *dim, x.shape())]);
          },
          "Return the strides, or the stride of one dimension, in elements.", "dim"_a = py::none())
      .method("is_contiguous", &Tensor::is_contiguous, "Tell whether the elements lie in order without gaps.")
      .method(
          "data_ptr", [](const Tensor& x) { return reinterpret_cast<uintptr_t>(x.data()); },
          "Return the address of the first element.")
      .method(
          "item",
          [](const Tensor& x) -> py::object {
            if (is_floating(x.dtype())) return py::float_(x.item<double>());
            if (x.dtype() == DType::Bool) return py::bool_(x.item<bool>());
            return py::int_(x.item<int64_t>());
          },
          "Return the one element as a Python number; ValueError where there is not exactly one.")
      .op("clone", unlocked(&clone), "Copy into fresh contiguous memory; the gradient passes through.", "input"_a)
      .method("contiguous", unlocked(&contiguous),
              "Return the tensor, or a contiguous copy where it is not contiguous.")
      .method(
          "copy_", [](const Tensor& x, const Operand& src) { return copy_(x, src); },
          "Overwrite the elements with those of a tensor that broadcasts to this one.", "src"_a)
      .method(
          "fill_", [](const Tensor& x, const Operand& value) { return fill_(x, value); },
          "Overwrite every element with one value.", "value"_a)
      .method("zero_", &zero_, "Overwrite every element with zero.");

  m.def("get_num_threads", &get_num_threads, "Return how many threads a large operation takes.");
  m.def("set_num_threads", &set_num_threads,
        "Set how many threads a large operation takes; results do not depend on it.", "n"_a);
  m.def("empty_cache", &empty_cache, "Give the memory kept for coming tensors back to the system.");
  m.def(
      "memory_stats",
      [] {
        const MemoryStats s = memory_stats();
        return py::dict("live_tensors"_a = s.live_tensors, "live_bytes"_a = s.live_bytes, "peak_bytes"_a = s.peak_bytes,
                        "cached_bytes"_a = s.cached_bytes);
      },
      "Tell how many tensors and bytes live, the most bytes that have lived, and the bytes kept for coming tensors.");
  m.def(
      "result_type", [](const Operand& tensor, const Operand& other) { return result_type(tensor, other); },
      "Return the dtype that an op of the two would have.", "tensor"_a, "other"_a);
  m.def("promote_types", &promote_types, "Return the smallest dtype that both convert to.", "type1"_a, "type2"_a);
}

}  // namespace dlcore::bindings
