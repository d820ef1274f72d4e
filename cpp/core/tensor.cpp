#include "dlcore/tensor.h"

#include "core/live_tensors.h"
#include "dlcore/autograd.h"

namespace dlcore {
namespace {

bool is_contiguous(const Shape& shape, const Strides& strides, int64_t numel) {
  if (numel <= 1) return true;
  int64_t step = 1;
  for (int d = shape.size() - 1; d >= 0; --d) {
    if (shape[d] == 1) continue;
    if (strides[d] != step) return false;
    step *= shape[d];
  }
  return true;
}

template <class T>
Tensor weak(T value) {
  const Tensor y = empty({}, kDTypeOf<T>);
  *y.data<T>() = value;
  y.impl()->weak = true;
  return y;
}

}  // namespace

TensorImpl::TensorImpl(Ref<Storage> storage_, void* data_, const Shape& shape_, const Strides& strides_, DType dtype_)
    : storage(std::move(storage_)),
      data(data_),
      shape(shape_),
      strides(strides_),
      numel(numel_of(shape_)),
      dtype(dtype_),
      contiguous(is_contiguous(shape_, strides_, numel)) {
  live_tensors.fetch_add(1, std::memory_order_relaxed);
}

TensorImpl::~TensorImpl() { live_tensors.fetch_sub(1, std::memory_order_relaxed); }

Tensor empty(const Shape& shape, DType dtype) {
  Ref<Storage> storage = Storage::allocate(static_cast<size_t>(numel_of(shape)) * item_size(dtype));
  void* data = storage->data();
  return from_storage(std::move(storage), data, shape, contiguous_strides(shape), dtype);
}

Tensor from_storage(Ref<Storage> storage, void* data, const Shape& shape, const Strides& strides, DType dtype) {
  return Tensor(make_ref<TensorImpl>(std::move(storage), data, shape, strides, dtype));
}

Tensor view_of(const Tensor& x, const Shape& shape, const Strides& strides, int64_t offset) {
  const TensorImpl& from = *x.impl();
  auto* data = static_cast<std::byte*>(from.data) + offset * item_size(from.dtype);
  const Tensor y = from_storage(from.storage, data, shape, strides, from.dtype);
  y.impl()->base = from.base ? from.base : Ref<TensorImpl>(x.impl());
  y.impl()->history_version = y.impl()->base->history_version;
  return y;
}

Tensor weak_scalar(double value) { return weak(value); }
Tensor weak_scalar(int64_t value) { return weak(value); }
Tensor weak_scalar(bool value) { return weak(value); }

Tensor Tensor::detach() const {
  return from_storage(impl_->storage, impl_->data, impl_->shape, impl_->strides, impl_->dtype);
}

}  // namespace dlcore
