#pragma once

#include <vector>

#include "casters.h"

// Sequences of tensors as arguments and results.
namespace dlcore::bindings {

inline int64_t work_of(const std::vector<Tensor>& xs) {
  int64_t work = 0;
  for (const Tensor& x : xs) work += x.numel();
  return work;
}

inline pybind11::tuple as_tuple(const std::vector<Tensor>& xs) {
  pybind11::tuple out(xs.size());
  for (size_t i = 0; i < xs.size(); ++i) {
    PyObject* item = wrap(xs[i]);
    if (!item) throw pybind11::error_already_set();
    PyTuple_SET_ITEM(out.ptr(), i, item);
  }
  return out;
}

// f(a, b, c) and f([a, b, c]).
inline std::vector<Tensor> tensors_of(const pybind11::args& args) {
  if (args.size() == 1 && !is_tensor(pybind11::object(args[0]).ptr())) return args[0].cast<std::vector<Tensor>>();
  return args.cast<std::vector<Tensor>>();
}

}  // namespace dlcore::bindings
