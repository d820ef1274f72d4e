#pragma once

#include "casters.h"
#include "dlcore/in_place.h"
#include "dlcore/nn.h"

// What a family of bindings is written with.
namespace dlcore::bindings {

namespace py = pybind11;
using py::literals::operator""_a;

inline Tensor given(const std::optional<Tensor>& x) { return x.value_or(Tensor()); }
inline Tensor with_grad(Tensor x, bool requires_grad) { return requires_grad ? x.requires_grad_() : x; }

// What one argument adds to the work of a call, in elements.
inline int64_t work_of(const Tensor& x) { return x.defined() ? x.numel() : 0; }
inline int64_t work_of(const Operand& x) { return work_of(x.tensor); }
template <class T>
int64_t work_of(const T&) {
  return 0;
}

// Wraps an op so that the interpreter lock is free while it does much work: unlocked(&dlcore::relu).
template <class R, class... A>
auto unlocked(R (*op)(A...)) {
  return [op](A... args) -> R {
    const Unlocked lock((work_of(args) + ... + int64_t{0}));
    return op(std::forward<A>(args)...);
  };
}

// How Python passes an argument of an op that takes numbers for tensors.
template <class A>
using OrNumber = std::conditional_t<std::is_same_v<A, const Tensor&>, const Operand&, A>;

// The same for an op whose tensors may all be numbers.
template <class R, class... A>
auto operands(R (*op)(A...)) {
  return [op](OrNumber<A>... args) -> R {
    const Unlocked lock((work_of(args) + ... + int64_t{0}));
    return op(args...);
  };
}

class Family {
 public:
  explicit Family(py::module_ module) : module_(std::move(module)), tensor_(tensor_object()) {}

  // A function of the module and, with its first argument as `self`, a method of Tensor.
  template <class F, class... Rest>
  Family& op(const char* name, F&& f, const char* doc, const py::arg& first, const Rest&... rest) {
    return function(name, f, doc, first, rest...).method(name, f, doc, rest...);
  }
  template <class F, class... Extra>
  Family& function(const char* name, F&& f, const Extra&... extra) {
    module_.def(name, std::forward<F>(f), extra...);
    return *this;
  }
  // The method name_, which overwrites its tensor with what op makes of it, and returns it.
  template <class... A, class... Rest>
  Family& in_place(const char* name, Tensor (*op)(const Tensor&, A...), const Rest&... rest) {
    const std::string own = std::string(name) + "_", doc = std::string("Do the same as ") + name + " in place.";
    return method(
        own.c_str(),
        [own, op](const Tensor& x, OrNumber<A>... args) {
          const Unlocked lock((work_of(args) + ... + work_of(x)));
          return dlcore::in_place(own.c_str(), x, op, static_cast<A>(args)...);
        },
        doc.c_str(), rest...);
  }
  // Function, method and in-place method of an elementwise op.
  template <class... A, class... Rest>
  Family& elementwise(const char* name, Tensor (*op)(A...), const char* doc, const py::arg& first,
                      const Rest&... rest) {
    return this->op(name, operands(op), doc, first, rest...).in_place(name, op, rest...);
  }
  // Arguments are named from the second on; the first is `self`.
  template <class F, class... Extra>
  Family& method(const char* name, F&& f, const Extra&... extra) {
    const py::cpp_function method(std::forward<F>(f), py::name(name), py::is_method(tensor_),
                                  py::sibling(py::getattr(tensor_, name, py::none())), extra...);
    tensor_.attr(name) = method;
    return *this;
  }

 private:
  static py::object tensor_object() {
    return py::reinterpret_borrow<py::object>(reinterpret_cast<PyObject*>(tensor_type()));
  }
  py::module_ module_;
  py::object tensor_;
};

// One function per family; module.cpp calls them all.
void define_tensor(py::module_& m);
void define_autograd(py::module_& m);
void define_creation(py::module_& m);
void define_exchange(py::module_& m);
void define_dlpack(py::module_& m);
void define_arithmetic(py::module_& m);
void define_comparison(py::module_& m);
void define_elementwise(py::module_& m);
void define_losses(py::module_& m);
void define_activations(py::module_& m);
void define_linalg(py::module_& m);
void define_products(py::module_& m);
void define_reduction(py::module_& m);
void define_extremes(py::module_& m);
void define_softmax(py::module_& m);
void define_sorting(py::module_& m);
void define_views(py::module_& m);
void define_shape(py::module_& m);
void define_lookup(py::module_& m);
void define_generator(py::module_& m);
void define_random(py::module_& m);
void define_nn(py::module_& m);
void define_pooling(py::module_& m);
void define_sampling(py::module_& m);
void define_conv(py::module_& m);
void define_attention(py::module_& m);
void define_recurrence(py::module_& m);
void define_channel_norms(py::module_& m);
void define_optim(py::module_& m);
void define_lbfgs(py::module_& m);

}  // namespace dlcore::bindings
