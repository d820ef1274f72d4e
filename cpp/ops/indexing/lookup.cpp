#include "ops/indexing/lookup.h"

#include "ops/binary.h"

namespace dlcore {
namespace {

// Those axes of the walk that `chosen` is true for.
template <class Chosen>
Loop<3> loop_of(const std::array<const Strides*, 3>& strides, const std::array<void*, 3>& data, const Shape& shape,
                Chosen chosen) {
  Loop<3> loop;
  loop.data = data;
  loop.numel = 1;
  for (int d = 0; d < shape.size(); ++d) {
    if (!chosen(d)) continue;
    loop.shape[loop.ndim] = shape[d];
    for (int k = 0; k < 3; ++k) loop.strides[k][loop.ndim] = (*strides[k])[d];
    ++loop.ndim;
    loop.numel *= shape[d];
  }
  simplify(loop);
  return loop;
}

kernels::Put put_of(const Tensor& x, const Lookup& lookup, const Tensor& y) {
  const Tensor all = expand(y.detach(), lookup.shape);
  const std::array<const Strides*, 3> strides = {&lookup.x_strides, &all.strides(), &lookup.index_strides};
  const std::array<void*, 3> data = {x.data(), all.data(), lookup.index.data()};
  const auto shared = [&](int d) { return lookup.shared.contains(d); };
  return {loop_of(strides, data, lookup.shape, [&](int d) { return !shared(d); }),
          loop_of(strides, data, lookup.shape, shared), lookup.stride};
}

}  // namespace

Lookup along_axis(const Tensor& x, int axis, const Tensor& index) {
  Lookup lookup{index.shape(), x.strides(), index, index.strides(), 0, {}};
  if (x.ndim() == 0) return lookup;
  lookup.stride = x.strides()[axis];
  lookup.x_strides[axis] = 0;
  lookup.shared.push_back(axis);
  return lookup;
}

Lookup slices_along(const Tensor& x, int axis, const Tensor& index) {
  Lookup lookup{x.shape(), x.strides(), index, Dims::filled(x.ndim(), 0), 0, {}};
  if (x.ndim() == 0) return lookup;
  lookup.shape[axis] = index.numel();
  lookup.stride = x.strides()[axis];
  lookup.x_strides[axis] = 0;
  lookup.index_strides[axis] = index.ndim() ? index.strides()[0] : 0;
  lookup.shared.push_back(axis);
  return lookup;
}

Tensor take(const Tensor& x, const Lookup& lookup) {
  const Tensor y = empty(lookup.shape, x.dtype());
  const auto all = [](int) { return true; };
  kernels::take(x.dtype(), {loop_of({&y.strides(), &lookup.x_strides, &lookup.index_strides},
                                    {y.data(), x.data(), lookup.index.data()}, lookup.shape, all),
                            lookup.stride});
  return y;
}

void put(const Tensor& x, const Lookup& lookup, const Tensor& y) { kernels::put(x.dtype(), put_of(x, lookup, y)); }

void put_add(const Tensor& x, const Lookup& lookup, const Tensor& y) {
  kernels::put_add(x.dtype(), put_of(x, lookup, y));
}

Tensor apart_from(const Tensor& x, const Tensor& y) { return y.impl()->storage == x.impl()->storage ? clone(y) : y; }

Tensor as_index(const char* op, const Tensor& index) {
  if (index.dtype() != DType::Int64 && index.dtype() != DType::Int32)
    raise<TypeError>(op, ": index: expected dtype int64 or int32, got ", index.dtype());
  return as_dtype(index, DType::Int64);
}

Tensor as_index(const char* op, const Tensor& index, int axis, int64_t size) {
  const Tensor checked = as_index(op, index);
  const auto [min, max] = kernels::extent(loop_over(checked));
  if (min < 0 || max >= size)
    raise<IndexError>(op, ": index ", min < 0 ? min : max, " is out of range for axis ", axis, " of size ", size);
  return checked;
}

}  // namespace dlcore
