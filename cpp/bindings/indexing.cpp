#include "dlcore/ops.h"
#include "nested.h"
#include "tensor_object.h"
#include "tensors.h"

// x[...], x[...] = value, len(x), iter(x) and `value in x`, straight from C slots to ops. Here a Python index becomes
// Index entries; what they mean is decided in ops/indexing/places.cpp.
namespace py = pybind11;

namespace dlcore::bindings {
namespace {

constexpr int kMaxEntries = 2 * kMaxDims + 1;  // an entry per axis, as many new axes, an Ellipsis

[[noreturn]] void rethrow() { throw py::error_already_set(); }

Index slice_of(PyObject* slice) {
  Py_ssize_t start = 0, stop = 0, step = 0;
  if (PySlice_Unpack(slice, &start, &stop, &step) < 0) rethrow();
  return {.kind = Index::Slice, .start = start, .stop = stop, .step = step};
}

Index position_of(PyObject* integer) {
  const Py_ssize_t i = PyNumber_AsSsize_t(integer, PyExc_IndexError);
  if (i == -1 && PyErr_Occurred()) rethrow();
  return {.kind = Index::At, .start = i};
}

Index tensor_index(const Tensor& x) { return {.kind = Index::Of, .tensor = x}; }

// A list of indices or truth values; of no elements, which have no dtype, none are taken.
Tensor listed(PyObject* sequence) {
  const Tensor x = tensor_from_data(sequence, std::nullopt);
  return x.numel() == 0 && is_floating(x.dtype()) ? to(x, DType::Int64) : x;
}

Index entry_of(PyObject* object) {
  if (PyLong_CheckExact(object)) return position_of(object);
  if (PySlice_Check(object)) return slice_of(object);
  if (object == Py_None) return {.kind = Index::NewAxis};
  if (object == Py_Ellipsis) return {.kind = Index::Ellipsis};
  if (is_tensor(object)) return tensor_index(tensor_of(object));
  if (const Tensor array = array_of(object); array.defined()) return tensor_index(array);
  if (!PyFloat_Check(object)) {
    if (const Tensor number = number_of(object); number.defined() && !is_floating(number.dtype()))
      return number.dtype() == DType::Bool ? tensor_index(number) : position_of(object);
    if (PySequence_Check(object) && !PyUnicode_Check(object) && !PyBytes_Check(object))
      return tensor_index(listed(object));
  }
  raise<TypeError>(
      "index: expected integers, slices, None, Ellipsis, or tensors, arrays or lists of integers or bool, got ",
      Py_TYPE(object)->tp_name);
}

// f(entries) for what stands between the brackets.
template <class F>
auto with_entries(PyObject* key, F&& f) {
  if (!PyTuple_Check(key)) {
    const Index entry = entry_of(key);
    return f(std::span<const Index>(&entry, 1));
  }
  const Py_ssize_t n = PyTuple_GET_SIZE(key);
  if (n > kMaxEntries) raise<IndexError>("index: expected at most ", kMaxEntries, " entries, got ", n);
  Index entries[kMaxEntries];
  for (Py_ssize_t i = 0; i < n; ++i) entries[i] = entry_of(PyTuple_GET_ITEM(key, i));
  return f(std::span<const Index>(entries, n));
}

// How many elements tensors among the indices may bring.
int64_t work_at(const Tensor& x, std::span<const Index> entries) {
  for (const Index& i : entries) {
    if (i.kind == Index::Of) return x.numel() + i.tensor.numel();
  }
  return 0;
}

PyObject* get(PyObject* self, PyObject* key) {
  return guarded([&] {
    const Tensor& x = tensor_of(self);
    return wrap(with_entries(key, [&](std::span<const Index> entries) {
      const Unlocked lock(work_at(x, entries));
      return index(x, entries);
    }));
  });
}

// What may stand on the right of an assignment.
Tensor value_of(PyObject* object, DType dtype) {
  if (is_tensor(object)) return tensor_of(object);
  if (const Tensor number = number_of(object); number.defined()) return number;
  const Tensor array = array_of(object);
  return array.defined() ? array : tensor_from_data(object, dtype);
}

int set(PyObject* self, PyObject* key, PyObject* value) {
  PyObject* done = guarded([&] {
    if (!value) raise<TypeError>("index: elements of a tensor cannot be deleted");
    const Tensor& x = tensor_of(self);
    const Tensor source = value_of(value, x.dtype());
    with_entries(key, [&](std::span<const Index> entries) {
      const Unlocked lock(x.numel());
      return &set_index(x, entries, source);
    });
    return self;
  });
  return done ? 0 : -1;
}

Py_ssize_t length(PyObject* self) {
  const Tensor& x = tensor_of(self);
  if (x.ndim() > 0) return x.size(0);
  PyErr_SetString(PyExc_TypeError, "len: a 0-d tensor has no length");
  return -1;
}

PyObject* iterate(PyObject* self) {
  return guarded([&] {
    const Tensor& x = tensor_of(self);
    if (x.ndim() == 0) raise<TypeError>("iter: a 0-d tensor has nothing to iterate over");
    return PyObject_GetIter(as_tuple(unbind(x)).ptr());
  });
}

int holds(PyObject* self, PyObject* value) {
  bool found = false;
  PyObject* done = guarded([&] {
    const Tensor& x = tensor_of(self);
    found = contains(x, value_of(value, x.dtype()));
    return self;
  });
  return done ? found : -1;
}

template <class F>
PyType_Slot indexing_slot(int id, F* function) {
  return {id, reinterpret_cast<void*>(function)};
}

PyType_Slot indexing_slots[] = {
    indexing_slot(Py_mp_subscript, get), indexing_slot(Py_mp_ass_subscript, set), indexing_slot(Py_mp_length, length),
    indexing_slot(Py_tp_iter, iterate),  indexing_slot(Py_sq_contains, holds),    {0, nullptr},
};

}  // namespace

PyType_Slot* const kIndexingSlots = indexing_slots;

}  // namespace dlcore::bindings
