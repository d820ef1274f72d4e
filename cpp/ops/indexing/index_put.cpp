#include "ops/indexing/places.h"

#include "dlcore/in_place.h"

// Writing x[...] = values, and x[...] += values. In place or not, the same is checked, written and recorded.
namespace dlcore {
namespace {

// As in NumPy, leading axes of size one are left out where the value has too many.
Tensor fitted(const char* op, const Tensor& value, const Shape& shape, DType dtype) {
  Shape kept = value.shape();
  while (kept.size() > shape.size() && kept[0] == 1) kept.erase(0);
  bool fits = kept.size() <= shape.size();
  for (int i = 1; fits && i <= kept.size(); ++i) {
    const int64_t size = kept[kept.size() - i];
    fits = size == 1 || size == shape[shape.size() - i];
  }
  if (!fits)
    raise<ValueError>(op, ": a value of shape ", value.shape(), " does not broadcast to the indexed shape ", shape);
  const Tensor one = kept.size() == value.ndim() ? value : reshape(value, kept);
  return expand(to(one, dtype), shape);
}

// y[places] = or += values, for y that holds x's elements; y receives the history of both.
Tensor write(const char* op, const Tensor& y, const Tensor& x, const Places& places, const Tensor& values,
             bool accumulate) {
  const Lookup lookup = lookup_of(y, places);
  const Tensor source = fitted(op, values, lookup.shape, x.dtype());
  accumulate ? put_add(y, lookup, source) : put(y, lookup, source);
  return record(op, y,
                wrt(x, [accumulate, saved = SavedPlaces(places)](
                           const Tensor& dy) { return accumulate ? dy : index_put(dy, saved.get(), 0); }),
                wrt(source, [saved = SavedPlaces(places)](const Tensor& dy) { return index_at(dy, saved.get()); }));
}

void write_in_place(const char* op, const Tensor& x, Places places, const Tensor& values, bool accumulate) {
  for (Tensor& index : places) {
    if (index.defined()) index = apart_from(x, index);
  }
  adopt_history(x, write(op, x.detach(), x, places, apart_from(x, values), accumulate));
}

// Whole axes and tensors, as entries of x[...].
std::vector<Index> entries(const Tensor& x, std::span<const Tensor> indices) {
  std::vector<Index> out;
  for (const Tensor& t : indices) {
    if (!t.defined()) {
      out.push_back({.kind = Index::Slice, .stop = x.numel()});
    } else {
      const bool number = t.ndim() == 0 && t.dtype() != DType::Bool;
      out.push_back({.kind = Index::Of, .tensor = number ? reshape(t, {1}) : t});
    }
  }
  return out;
}

// x[mask] = number: the places need not be found.
bool is_one_mask(const Tensor& x, std::span<const Index> indices) {
  if (indices.size() != 1 || indices[0].kind != Index::Of) return false;
  const Tensor& mask = indices[0].tensor;
  return mask.dtype() == DType::Bool && mask.ndim() > 0 && mask.ndim() <= x.ndim() &&
         std::equal(mask.shape().begin(), mask.shape().end(), x.shape().begin());
}

void check_values(const char* op, const Tensor& x, const Tensor& values) {
  if (values.is_weak()) {
    detail::check_kept_dtype(op, x, values.dtype());
  } else if (values.dtype() != x.dtype()) {
    raise<TypeError>(op, ": expected values of the input's dtype ", x.dtype(), ", got ", values.dtype());
  }
}

}  // namespace

const Tensor& set_index(const Tensor& x, std::span<const Index> indices, const Tensor& value) {
  check_writable("index_put_", x);
  if (value.ndim() == 0 && is_one_mask(x, indices)) {
    Shape shape = indices[0].tensor.shape();
    while (shape.size() < x.ndim()) shape.push_back(1);
    return masked_fill_(x, reshape(indices[0].tensor, shape), to(value, x.dtype()));
  }
  const auto [view, places] = resolve("index_put_", x, indices);
  if (places.empty()) {
    copy_(view, fitted("index_put_", value, view.shape(), value.dtype()));
  } else {
    write_in_place("index_put_", view, places, value, false);
  }
  return x;
}

Tensor index_put(const Tensor& x, std::span<const Tensor> indices, const Tensor& values, bool accumulate) {
  check_values("index_put", x, values);
  const auto [view, places] = resolve("index_put", x, entries(x, indices));
  if (places.empty()) raise<ValueError>("index_put: expected at least one tensor of indices");
  return reshape(write("index_put", fresh_copy(view), view, places, values, accumulate), x.shape());
}

const Tensor& index_put_(const Tensor& x, std::span<const Tensor> indices, const Tensor& values, bool accumulate) {
  check_values("index_put_", x, values);
  check_writable("index_put_", x);
  const auto [view, places] = resolve("index_put_", x, entries(x, indices));
  if (places.empty()) raise<ValueError>("index_put_: expected at least one tensor of indices");
  write_in_place("index_put_", view, places, values, accumulate);
  return x;
}

}  // namespace dlcore
