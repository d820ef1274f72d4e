#include "dlpack_format.h"

#include <memory>

#include "define.h"
#include "device.h"

// Tensors in and out by the DLPack protocol of the array API standard.
namespace dlcore::bindings {
namespace {

using dlpack::Array;
using dlpack::Managed;
using dlpack::ManagedVersioned;

[[noreturn]] void refuse(const std::string& message) {
  PyErr_SetString(PyExc_BufferError, message.c_str());
  throw py::error_already_set();
}

dlpack::DataType type_of(DType dtype) {
  const uint8_t code = dtype == DType::Bool    ? dlpack::kBool
                       : dtype == DType::UInt8 ? dlpack::kUInt
                       : is_floating(dtype)    ? dlpack::kFloat
                                               : dlpack::kInt;
  return {code, static_cast<uint8_t>(8 * item_size(dtype)), 1};
}

// ---- Out ----

template <class M>
struct Export {
  Tensor tensor;
  Shape shape;
  Strides strides;
  M managed;
};

template <class M>
void drop_unused(PyObject* capsule) {
  if (!PyCapsule_IsValid(capsule, M::kName)) return;  // somebody took it, and frees it
  auto* managed = static_cast<M*>(PyCapsule_GetPointer(capsule, M::kName));
  managed->deleter(managed);
}

template <class M>
py::object capsule_of(const Tensor& x, [[maybe_unused]] bool copied) {
  auto owner = std::make_unique<Export<M>>();
  owner->tensor = x;
  owner->shape = x.shape();
  owner->strides = x.strides();
  M& managed = owner->managed;
  managed.array = {
      x.data(), {dlpack::kCpu, 0}, x.ndim(), type_of(x.dtype()), owner->shape.begin(), owner->strides.begin(), 0};
  managed.context = owner.get();
  managed.deleter = [](M* m) { delete static_cast<Export<M>*>(m->context); };
  if constexpr (std::is_same_v<M, ManagedVersioned>) {
    managed.version = {dlpack::kMajor, dlpack::kMinor};
    managed.flags = (x.impl()->storage->read_only() ? dlpack::kReadOnly : 0) | (copied ? dlpack::kCopied : 0);
  }
  PyObject* capsule = PyCapsule_New(&managed, M::kName, &drop_unused<M>);
  if (!capsule) throw py::error_already_set();
  owner.release();
  return py::reinterpret_steal<py::object>(capsule);
}

py::object to_dlpack(const Tensor& x, const py::object& stream, std::optional<std::pair<int, int>> max_version,
                     std::optional<std::pair<int, int>> device, std::optional<bool> copy) {
  if (x.requires_grad()) refuse("__dlpack__: the tensor requires grad; use detach()");
  if (!stream.is_none())
    raise<ValueError>("__dlpack__: a tensor in the processor's memory has no stream, got ",
                      py::repr(stream).cast<std::string>());
  if (device && device->first != dlpack::kCpu)
    refuse(
        text("__dlpack__: dl_device expected (1, 0), the processor, got (", device->first, ", ", device->second, ")"));
  const Tensor shown = copy.value_or(false) ? clone(x) : x.detach();
  if (max_version && max_version->first >= 1) return capsule_of<ManagedVersioned>(shown, copy.value_or(false));
  if (shown.impl()->storage->read_only())
    refuse("__dlpack__: read-only memory can be told since DLPack 1 only; pass max_version=(1, 0) or copy=True");
  return capsule_of<Managed>(shown, copy.value_or(false));
}

// ---- In ----

DType dtype_of(const dlpack::DataType& type) {
  for (int i = 0; i < kDTypes; ++i) {
    const auto dtype = static_cast<DType>(i);
    const dlpack::DataType ours = type_of(dtype);
    if (ours.code == type.code && ours.bits == type.bits && ours.lanes == type.lanes) return dtype;
  }
  raise<TypeError>("from_dlpack: expected bool, uint8, int32, int64, float32 or float64, got type code ",
                   int{type.code}, " of ", int{type.bits}, " bits and ", int{type.lanes}, " lanes");
}

template <class M>
bool is_read_only(const M& managed) {
  if constexpr (std::is_same_v<M, ManagedVersioned>) return (managed.flags & dlpack::kReadOnly) != 0;
  return false;
}

template <class M>
Tensor take(PyObject* capsule) {
  auto* managed = static_cast<M*>(PyCapsule_GetPointer(capsule, M::kName));
  if constexpr (std::is_same_v<M, ManagedVersioned>) {
    if (managed->version.major > dlpack::kMajor)
      refuse(text("from_dlpack: expected DLPack version 1, got ", managed->version.major));
  }
  const Array& array = managed->array;
  if (array.device.type != dlpack::kCpu)
    refuse(text("from_dlpack: expected the processor's memory, got device type ", array.device.type));
  const DType dtype = dtype_of(array.dtype);
  const Shape shape(std::span<const int64_t>(array.shape, array.ndim));
  const Strides strides = array.strides && numel_of(shape) > 0
                              ? Strides(std::span<const int64_t>(array.strides, array.ndim))
                              : contiguous_strides(shape);
  for (const int64_t stride : strides) {
    if (stride < 0) refuse("from_dlpack: negative strides are not supported");
  }
  auto* data = static_cast<std::byte*>(array.data) + array.byte_offset;
  if (reinterpret_cast<uintptr_t>(data) % item_size(dtype) != 0)
    refuse("from_dlpack: the memory is not aligned to its item size");
  const auto give_back = [](void* owner) {
    auto* m = static_cast<M*>(owner);
    if (m->deleter) m->deleter(m);
  };
  Ref<Storage> storage =
      Storage::lent(data, numel_of(shape) * item_size(dtype), is_read_only(*managed), managed, give_back);
  PyCapsule_SetName(capsule, M::kUsedName);
  PyCapsule_SetDestructor(capsule, nullptr);  // the storage frees it
  return from_storage(std::move(storage), data, shape, strides, dtype);
}

py::object ask_for_capsule(const py::object& source, std::optional<bool> copy) {
  const auto device = source.attr("__dlpack_device__")().cast<std::pair<int, int>>();
  if (device.first != dlpack::kCpu)
    refuse(text("from_dlpack: expected the processor's memory, got device type ", device.first));
  py::dict keywords("max_version"_a = py::make_tuple(dlpack::kMajor, dlpack::kMinor));
  if (copy) keywords["copy"] = *copy;
  try {
    return source.attr("__dlpack__")(**keywords);
  } catch (py::error_already_set& error) {
    if (!error.matches(PyExc_TypeError) || copy) throw;
  }
  return source.attr("__dlpack__")();  // a library that knows DLPack before version 1 only
}

Tensor from_dlpack(const py::object& source, DeviceArgument, std::optional<bool> copy) {
  const py::object capsule = PyCapsule_CheckExact(source.ptr()) ? source : ask_for_capsule(source, copy);
  if (PyCapsule_IsValid(capsule.ptr(), ManagedVersioned::kName)) return take<ManagedVersioned>(capsule.ptr());
  if (PyCapsule_IsValid(capsule.ptr(), Managed::kName)) return take<Managed>(capsule.ptr());
  raise<ValueError>("from_dlpack: expected a DLPack capsule that was not taken before, got ",
                    py::repr(capsule).cast<std::string>());
}

}  // namespace

void define_dlpack(py::module_& m) {
  Family(m)
      .method("__dlpack__", &to_dlpack, "Return a capsule through which another library takes this memory.",
              py::kw_only(), "stream"_a = py::none(), "max_version"_a = py::none(), "dl_device"_a = py::none(),
              "copy"_a = py::none())
      .method(
          "__dlpack_device__", [](const Tensor&) { return std::pair<int, int>(dlpack::kCpu, 0); },
          "Return (1, 0): the memory of the processor.")
      .function("from_dlpack", &from_dlpack,
                R"(Return a tensor on the memory of another library's array.

Args:
    ext_tensor: an object with __dlpack__ and __dlpack_device__, or a DLPack capsule.
    device: None or 'cpu'.
    copy: True asks the other library for a copy, False forbids one, None copies only where there is no other way.

Raises:
    BufferError: memory that is not the processor's, negative strides, or a newer major version of DLPack.
    TypeError: element types that tensors do not have.

Example:
    >>> import numpy as np, dlcore
    >>> dlcore.from_dlpack(np.arange(3))
    tensor([0, 1, 2])
)",
                "ext_tensor"_a, py::kw_only(), "device"_a = py::none(), "copy"_a = py::none());
}

}  // namespace dlcore::bindings
