#include "define.h"
#include "device.h"
#include "numpy_array.h"

// The ways of a tensor to Python's and NumPy's objects and back, and from one dtype to another.
namespace dlcore::bindings {
namespace {

void refuse_gradient(const char* op, const Tensor& x) {
  if (x.requires_grad()) raise<AutogradError>(op, ": the tensor requires grad; use tensor.detach().", op, "()");
}

py::array numpy(const py::object& self, bool force) {
  if (force) return to_array(py::cast(tensor_of(self.ptr()).detach()));
  refuse_gradient("numpy", tensor_of(self.ptr()));
  return to_array(self);
}

py::object as_array(const py::object& self, const py::object& dtype, std::optional<bool> copy) {
  refuse_gradient("numpy", tensor_of(self.ptr()));
  const py::array shared = to_array(self);
  const bool converts = !dtype.is_none() && !py::dtype::from_args(dtype).equal(shared.dtype());
  if (converts && copy.has_value() && !*copy)
    raise<ValueError>("__array__: a tensor of dtype ", tensor_of(self.ptr()).dtype(), " needs a copy to become ",
                      py::str(dtype).cast<std::string>());
  if (converts) return shared.attr("astype")(dtype);
  return copy.value_or(false) ? shared.attr("copy")() : py::object(shared);
}

template <class T>
py::object number(T value) {
  if constexpr (std::is_same_v<T, bool>) {
    return py::bool_(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return py::float_(value);
  } else {
    return py::int_(value);
  }
}

template <class T>
py::object nested_list(const Tensor& x, const T* at, int dim) {
  if (dim == x.ndim()) return number(*at);
  py::list out(x.size(dim));
  for (int64_t i = 0; i < x.size(dim); ++i) out[i] = nested_list(x, at + i * x.strides()[dim], dim + 1);
  return out;
}

py::object to_list(const Tensor& x) {
  return visit(x.dtype(), [&]<class T>() { return nested_list(x, x.data<const T>(), 0); });
}

// ---- Buffer protocol ----

struct BufferSizes {
  Tensor tensor;
  std::array<Py_ssize_t, kMaxDims> shape, strides;
};

// The codes of the struct module; int64 is "l" where a C long has 8 bytes, as NumPy writes it.
const char* format_of(DType dtype) {
  return visit(dtype, []<class T>() {
    if constexpr (std::is_same_v<T, long>) return "l";
    static const std::string format = py::format_descriptor<T>::format();
    return format.c_str();
  });
}

int get_buffer(PyObject* self, Py_buffer* view, int flags) {
  const Tensor& x = tensor_of(self);
  const bool read_only = x.impl()->storage->read_only();
  const bool needs_order =
      (flags & PyBUF_STRIDES) != PyBUF_STRIDES || (flags & PyBUF_C_CONTIGUOUS) == PyBUF_C_CONTIGUOUS;
  const char* problem = x.requires_grad()                       ? "the tensor requires grad; use detach()"
                        : (flags & PyBUF_WRITABLE) && read_only ? "the tensor's memory is read-only"
                        : needs_order && !x.is_contiguous()     ? "the tensor is not contiguous"
                                                                : nullptr;
  view->obj = nullptr;
  if (problem) {
    PyErr_Format(PyExc_BufferError, "buffer: %s", problem);
    return -1;
  }
  auto* sizes = new BufferSizes{x, {}, {}};
  for (int d = 0; d < x.ndim(); ++d) {
    sizes->shape[d] = x.size(d);
    sizes->strides[d] = x.strides()[d] * item_size(x.dtype());
  }
  view->buf = x.data();
  view->obj = Py_NewRef(self);
  view->len = x.numel() * item_size(x.dtype());
  view->readonly = read_only;
  view->itemsize = item_size(x.dtype());
  view->format = (flags & PyBUF_FORMAT) ? const_cast<char*>(format_of(x.dtype())) : nullptr;
  view->ndim = x.ndim();
  view->shape = (flags & PyBUF_ND) ? sizes->shape.data() : nullptr;
  view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? sizes->strides.data() : nullptr;
  view->suboffsets = nullptr;
  view->internal = sizes;
  return 0;
}

void release_buffer(PyObject*, Py_buffer* view) { delete static_cast<BufferSizes*>(view->internal); }

PyType_Slot buffer_slots[] = {{Py_bf_getbuffer, reinterpret_cast<void*>(get_buffer)},
                              {Py_bf_releasebuffer, reinterpret_cast<void*>(release_buffer)},
                              {0, nullptr}};

// ---- Another dtype ----

Tensor converted(const Tensor& x, std::optional<DType> dtype, bool copy) {
  const Unlocked lock(x.numel());
  const DType kept = dtype.value_or(x.dtype());
  return copy && kept == x.dtype() ? clone(x) : to(x, kept);
}

void define_conversions(Family& f) {
  f.method(
       "to", [](const Tensor& x, DType dtype, bool, bool copy) { return converted(x, dtype, copy); },
       "Return the tensor in another dtype; itself where it has it, unless a copy is asked for.", "dtype"_a,
       "non_blocking"_a = false, "copy"_a = false)
      .method(
          "to", [](const Tensor& x, const Tensor& other, bool, bool copy) { return converted(x, other.dtype(), copy); },
          "Return the tensor in the dtype of another one.", "other"_a, "non_blocking"_a = false, "copy"_a = false)
      .method(
          "to",
          [](const Tensor& x, DeviceArgument, std::optional<DType> dtype, bool, bool copy) {
            return converted(x, dtype, copy);
          },
          "Return the tensor on a device, of which there is one, and in another dtype if one is given.",
          "device"_a = py::none(), "dtype"_a = py::none(), "non_blocking"_a = false, "copy"_a = false)
      .method("type", unlocked(&to), "Return the tensor in another dtype; itself where it has it.", "dtype"_a)
      .method(
          "type_as", [](const Tensor& x, const Tensor& other) { return converted(x, other.dtype(), false); },
          "Return the tensor in the dtype of another one.", "other"_a)
      .method(
          "cpu", [](const Tensor& x) { return x; }, "Return the tensor itself, which is on the processor.");
  const std::pair<const char*, DType> names[] = {{"float", DType::Float32}, {"double", DType::Float64},
                                                 {"long", DType::Int64},    {"int", DType::Int32},
                                                 {"byte", DType::UInt8},    {"bool", DType::Bool}};
  for (const auto& [name, dtype] : names) {
    f.method(
        name, [dtype = dtype](const Tensor& x) { return converted(x, dtype, false); },
        text("Return the tensor in dtype ", dtype, "; itself where it has it, and fractions cut off.").c_str());
  }
}

}  // namespace

PyType_Slot* const kBufferSlots = buffer_slots;

void define_exchange(py::module_& m) {
  Family f(m);
  f.method("numpy", &numpy,
           R"(Return a NumPy array on the same memory; a change of one is a change of the other.

Args:
    force: also for a tensor that requires grad, whose array then has no history.

Raises:
    RuntimeError: the tensor requires grad and force is not set.
)",
           py::kw_only(), "force"_a = false)
      .method("__array__", &as_array, "Return a NumPy array, on the same memory where dtype and copy allow.",
              "dtype"_a = py::none(), "copy"_a = py::none())
      .method("tolist", &to_list, "Return the elements as nested lists of Python numbers, or as one number.");
  define_conversions(f);
}

}  // namespace dlcore::bindings
