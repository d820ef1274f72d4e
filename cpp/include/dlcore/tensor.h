#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <type_traits>
#include <vector>

#include "dlcore/dtype.h"
#include "dlcore/ref.h"
#include "dlcore/shape.h"
#include "dlcore/storage.h"

namespace DLCORE_API dlcore {

class Node;
class GradSlot;
struct TensorImpl;

// A strided view of reference-counted storage, and a handle: copies share everything. A default-constructed Tensor is
// undefined (an absent gradient, an absent optional argument).
class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(Ref<TensorImpl> impl) : impl_(std::move(impl)) {}
  // A number is a weak 0-d tensor: in promotion it gives way to tensors of its own kind (x * 2.0 keeps x's dtype).
  template <class T>
  requires std::is_arithmetic_v<T> Tensor(T value);

  bool defined() const { return static_cast<bool>(impl_); }
  TensorImpl* impl() const { return impl_.get(); }
  bool is(const Tensor& other) const { return impl_ == other.impl_; }

  const Shape& shape() const;
  const Strides& strides() const;  // in elements
  int ndim() const { return shape().size(); }
  int64_t size(int axis) const { return shape()[axis]; }
  int64_t numel() const;
  DType dtype() const;
  bool is_contiguous() const;
  bool is_weak() const;

  void* data() const;
  template <class T>
  T* data() const {
    return static_cast<T*>(data());
  }
  template <class T = double>
  T item() const;  // the one element, converted; throws ValueError where there is not exactly one

  // Gradients (see autograd.h).
  bool requires_grad() const;
  bool is_leaf() const;
  Tensor& requires_grad_(bool on = true);
  Ref<Node> grad_fn() const;  // null for a leaf
  Tensor grad() const;
  void set_grad(const Tensor& grad);
  void retain_grad();
  Tensor detach() const;           // the same storage without history
  void set_data(const Tensor& x);  // a leaf takes over x's elements, shape and dtype; its gradient starts anew
  void backward(const Tensor& gradient = {}, bool retain_graph = false, bool create_graph = false) const;

 private:
  Ref<TensorImpl> impl_;
};

// What a Tensor holds. Kernels never see it.
struct TensorImpl : RefCounted {
  TensorImpl(Ref<Storage> storage_, void* data_, const Shape& shape_, const Strides& strides_, DType dtype_);
  ~TensorImpl();
  static void destroy(TensorImpl* impl) { delete impl; }

  Ref<Storage> storage;
  void* data;
  Shape shape;
  Strides strides;
  int64_t numel;
  DType dtype;
  bool contiguous;
  bool weak = false;

  // A leaf's node gathers its gradient; any other node is the op that made the tensor. Null: no gradient is needed.
  Ref<Node> node;
  int output_index = 0;
  Ref<GradSlot> grad_slot;  // where .grad lies; a leaf's node shares it

  // A view remembers whose memory it shows, so that a change in place through either reaches both histories.
  Ref<TensorImpl> base;
  uint32_t history_version = 0;  // how often the base's history changed in place; in a view: when its node was made

  void* python = nullptr;  // the Python object that shows this tensor, while one lives
};

// Fresh memory, contiguous; contents undefined.
Tensor empty(const Shape& shape, DType dtype = kDefaultDType);
inline Tensor empty_like(const Tensor& x) { return empty(x.shape(), x.dtype()); }
// Another look at x's storage, `offset` elements after x's first; shares x's version and remembers its base.
Tensor view_of(const Tensor& x, const Shape& shape, const Strides& strides, int64_t offset = 0);
// Memory that someone else owns; strides in elements.
Tensor from_storage(Ref<Storage> storage, void* data, const Shape& shape, const Strides& strides, DType dtype);
Tensor weak_scalar(double value);
Tensor weak_scalar(int64_t value);
Tensor weak_scalar(bool value);

template <class T>
requires std::is_arithmetic_v<T> Tensor::Tensor(T value) {
  if constexpr (std::is_same_v<T, bool>) {
    *this = weak_scalar(value);
  } else if constexpr (std::is_integral_v<T>) {
    *this = weak_scalar(static_cast<int64_t>(value));
  } else {
    *this = weak_scalar(static_cast<double>(value));
  }
}

inline const Shape& Tensor::shape() const { return impl_->shape; }
inline const Strides& Tensor::strides() const { return impl_->strides; }
inline int64_t Tensor::numel() const { return impl_->numel; }
inline DType Tensor::dtype() const { return impl_->dtype; }
inline bool Tensor::is_contiguous() const { return impl_->contiguous; }
inline bool Tensor::is_weak() const { return impl_->weak; }
inline void* Tensor::data() const { return impl_->data; }

template <class T>
T Tensor::item() const {
  if (numel() != 1) raise<ValueError>("item: expected a tensor with one element, got shape ", shape());
  return visit(dtype(), [&]<class S>() { return static_cast<T>(*data<S>()); });
}

}  // namespace dlcore
