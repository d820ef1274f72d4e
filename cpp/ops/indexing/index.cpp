#include "ops/indexing/places.h"

// Reading x[...]; the way back is index_put.cpp.
namespace dlcore {
namespace {

// dx[...] += dy
Tensor index_backward(const Tensor& dy, const Shape& shape, const Places& places) {
  const Tensor dx = zeros(shape, dy.dtype());
  put_add(dx, lookup_of(dx, places), dy);
  return record("index_backward", dx,
                wrt(dy, [saved = SavedPlaces(places)](const Tensor& ddx) { return index_at(ddx, saved.get()); }));
}

}  // namespace

Tensor index_at(const Tensor& x, const Places& places) {
  const Tensor y = take(x, lookup_of(x, places));
  return record("index", y, wrt(x, [shape = x.shape(), saved = SavedPlaces(places)](const Tensor& dy) {
                  return index_backward(dy, shape, saved.get());
                }));
}

Tensor index(const Tensor& x, std::span<const Index> indices) {
  const auto [view, places] = resolve("index", x, indices);
  if (!places.empty()) return index_at(view, places);
  return view.is(x) ? cut(x, {}) : view;  // x[...] is another tensor on the same memory
}

}  // namespace dlcore
