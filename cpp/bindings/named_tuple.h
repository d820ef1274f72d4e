#pragma once

#include "define.h"

// NOTE [Named tuples]
// A struct of tensors becomes a tuple with named fields in Python. One specialisation says how, in the file of bindings
// that returns it, and one line makes the class, which is then a member of the module, so that results can be pickled:
//   template <>
//   struct NamedTuple<SignAndLogabsdet> {
//     static constexpr char kName[] = "SignAndLogabsdet";
//     static constexpr Field<SignAndLogabsdet> kFields[] = {{"sign", &SignAndLogabsdet::sign},
//                                                           {"logabsdet", &SignAndLogabsdet::logabsdet}};
//   };
//   define_named_tuple<SignAndLogabsdet>(m);  // before the first function that returns one
namespace dlcore::bindings {

template <class T>
struct Field {
  const char* name;
  Tensor T::*member;
};

template <class T>
struct NamedTuple;

template <class T>
inline PyTypeObject* named_tuple_type = nullptr;

template <class T>
void define_named_tuple(py::module_& m) {
  constexpr int kFields = std::size(NamedTuple<T>::kFields);
  static const std::string name = std::string("dlcore.") + NamedTuple<T>::kName;  // the class may keep the pointer
  PyStructSequence_Field fields[kFields + 1] = {};
  for (int i = 0; i < kFields; ++i) fields[i].name = NamedTuple<T>::kFields[i].name;
  PyStructSequence_Desc description = {name.c_str(), nullptr, fields, kFields};
  named_tuple_type<T> = PyStructSequence_NewType(&description);
  if (!named_tuple_type<T>) throw py::error_already_set();
  m.attr(NamedTuple<T>::kName) = py::reinterpret_borrow<py::object>(reinterpret_cast<PyObject*>(named_tuple_type<T>));
}

}  // namespace dlcore::bindings

namespace pybind11::detail {

template <class T>
requires requires { dlcore::bindings::NamedTuple<T>::kFields; }
struct type_caster<T> {
  static constexpr auto name = const_name(dlcore::bindings::NamedTuple<T>::kName);
  static handle cast(const T& value, return_value_policy, handle) {
    PyObject* out = PyStructSequence_New(dlcore::bindings::named_tuple_type<T>);
    Py_ssize_t i = 0;
    for (const auto& field : dlcore::bindings::NamedTuple<T>::kFields) {
      if (out) PyStructSequence_SetItem(out, i++, dlcore::bindings::wrap(value.*field.member));
    }
    return out;
  }
};

}  // namespace pybind11::detail
