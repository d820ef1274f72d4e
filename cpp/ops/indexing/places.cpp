#include "ops/indexing/places.h"

namespace dlcore {
namespace {

// A tensor among the indices, and where it stands.
struct Picking {
  Tensor tensor;
  int axis, view_axis;  // of x, and of the view
  int64_t size = 1;     // of that axis
};

class Parse {
 public:
  Parse(const char* op, const Tensor& x, std::span<const Index> indices) : op_(op), x_(x) {
    const int whole = axes_left(indices);
    for (const Index& i : indices) add(i, whole);
  }

  Resolved resolved() const {
    Resolved out{all_whole_ ? x_ : cut(x_, {cuts_, static_cast<size_t>(count_)}), {}};
    if (picking_.empty()) return out;
    out.places.resize(out.view.ndim());
    // From the last on, as a mask over several axes may change how many there are.
    for (auto p = picking_.rbegin(); p != picking_.rend(); ++p) pick(out, *p);
    return out;
  }

 private:
  static int axes_of(const Index& i) {
    if (i.kind == Index::Of) return i.tensor.dtype() == DType::Bool ? i.tensor.ndim() : 1;
    return i.kind == Index::At || i.kind == Index::Slice;
  }

  // Checks how many axes are named; returns how many an Ellipsis stands for.
  int axes_left(std::span<const Index> indices) const {
    int named = 0, added = 0, ellipses = 0;
    for (const Index& i : indices) {
      named += axes_of(i);
      added += i.kind == Index::NewAxis || (i.kind == Index::Of && axes_of(i) == 0);
      ellipses += i.kind == Index::Ellipsis;
    }
    if (named > x_.ndim()) raise<IndexError>(op_, ": ", named, " indices are too many for shape ", x_.shape());
    if (ellipses > 1) raise<IndexError>(op_, ": an index holds at most one Ellipsis (...), got ", ellipses);
    if (added > kMaxDims) raise<ValueError>(op_, ": a tensor has at most ", kMaxDims, " dimensions");
    return x_.ndim() - named;
  }

  void add(const Index& i, int whole) {
    switch (i.kind) {
      case Index::At:
        return add_at(i.start);
      case Index::Slice:
        return add_slice(i);
      case Index::NewAxis:
        return add_new_axis();
      case Index::Ellipsis:
        return add_whole(whole);
      case Index::Of:
        return add_tensor(i.tensor);
    }
  }
  void add_at(int64_t index) {
    const int64_t n = x_.size(axis_);
    if (index < -n || index >= n)
      raise<IndexError>(op_, ": index ", index, " is out of range for axis ", axis_, " of size ", n);
    all_whole_ = false;
    cuts_[count_++] = {Cut::At, index < 0 ? index + n : index, 1, 1};
    ++axis_;
  }
  void add_slice(const Index& i) {
    if (i.step < 1) raise<ValueError>(op_, ": expected a slice with step > 0, got ", i.step);
    const int64_t n = x_.size(axis_);
    const int64_t start = std::clamp<int64_t>(i.start < 0 ? i.start + n : i.start, 0, n);
    const int64_t stop = std::clamp<int64_t>(i.stop < 0 ? i.stop + n : i.stop, start, n);
    all_whole_ = false;
    cuts_[count_++] = {Cut::Range, start, stop > start ? (stop - start - 1) / i.step + 1 : 0, i.step};
    ++axis_;
    ++view_axis_;
  }
  void add_new_axis() {
    all_whole_ = false;
    cuts_[count_++] = {Cut::NewAxis, 0, 1, 1};
    ++view_axis_;
  }
  void add_whole(int axes) {
    for (; axes > 0; --axes, ++axis_, ++view_axis_) cuts_[count_++] = {Cut::Range, 0, x_.size(axis_), 1};
  }
  void add_tensor(const Tensor& t) {
    if (t.dtype() == DType::Bool) return add_mask(t);
    if (t.dtype() == DType::UInt8)
      raise<TypeError>(op_, ": uint8 is neither a mask nor an index; convert it to bool or int64");
    if (is_floating(t.dtype())) raise<TypeError>(op_, ": expected indices of int64, int32 or bool, got ", t.dtype());
    if (t.ndim() == 0) return add_at(t.item<int64_t>());
    picking_.push_back({t, axis_, view_axis_, x_.size(axis_)});
    add_whole(1);
  }
  void add_mask(const Tensor& mask) {
    if (mask.ndim() == 0) {
      picking_.push_back({mask.item<bool>() ? zeros({1}, DType::Int64) : empty({0}, DType::Int64), axis_, view_axis_});
      return add_new_axis();
    }
    for (int d = 0; d < mask.ndim(); ++d) {
      if (mask.size(d) != x_.size(axis_ + d))
        raise<IndexError>(op_, ": a mask of shape ", mask.shape(), " does not match shape ", x_.shape(), " from axis ",
                          axis_, " on");
    }
    picking_.push_back({mask, axis_, view_axis_});
    add_whole(mask.ndim());
  }

  void pick(Resolved& out, const Picking& p) const {
    const auto place = out.places.begin() + p.view_axis;
    if (p.tensor.dtype() != DType::Bool) {
      *place = in_range(p);
      return;
    }
    const int axes = p.tensor.ndim();
    if (axes > 1 && out.view.is_contiguous()) {  // a mask over neighbours in memory is a mask over one axis
      out.view = flatten(out.view, p.view_axis, p.view_axis + axes - 1);
      out.places.erase(place + 1, place + axes);
      *place = nonzero_axes(reshape(p.tensor, {p.tensor.numel()}))[0];
    } else {
      const std::vector<Tensor> all = nonzero_axes(p.tensor);
      std::copy(all.begin(), all.end(), place);
    }
  }
  Tensor in_range(const Picking& p) const {
    const Tensor index = as_index(op_, p.tensor.detach());
    const auto [min, max] = kernels::extent(loop_over(index));
    if (min < -p.size || max >= p.size)
      raise<IndexError>(op_, ": index ", max >= p.size ? max : min, " is out of range for axis ", p.axis, " of size ",
                        p.size);
    return min < 0 ? where(index < 0, index + p.size, index) : index;
  }

  const char* op_;
  const Tensor& x_;
  Cut cuts_[2 * kMaxDims];
  int count_ = 0, axis_ = 0, view_axis_ = 0;
  bool all_whole_ = true;
  std::vector<Picking> picking_;
};

}  // namespace

Resolved resolve(const char* op, const Tensor& x, std::span<const Index> indices) {
  return Parse(op, x, indices).resolved();
}

Shape shape_of(const Places& places) {
  Shape shape;
  try {
    for (const Tensor& index : places) {
      if (index.defined()) shape = broadcast_shapes("index", shape, index.shape());
    }
  } catch (const ValueError& error) {
    throw IndexError(error.what());
  }
  return shape;
}

Lookup lookup_of(const Tensor& x, const Places& places) {
  const Shape shape = shape_of(places);  // that all indices broadcast to
  int first = -1, last = -1, picked = 0;
  for (int d = 0; d < x.ndim(); ++d) {
    if (!places[d].defined()) continue;
    if (picked++ == 0) first = d;
    last = d;
  }
  // The distance of each element from the first, in x's memory.
  Tensor index = places[first];
  int64_t stride = x.strides()[first];
  if (picked > 1) {
    const NoGrad off;
    index = expand(index * stride, shape);
    for (int d = first + 1; d <= last; ++d) {
      if (places[d].defined()) index = add(index, places[d], x.strides()[d]);
    }
    stride = 1;
  }
  Lookup lookup{{}, {}, index, {}, stride, {}};
  const int in_place = last - first + 1 == picked ? first : 0;
  const auto add_axis = [&](int64_t size, int64_t x_stride, int64_t index_stride) {
    lookup.shape.push_back(size);
    lookup.x_strides.push_back(x_stride);
    lookup.index_strides.push_back(index_stride);
  };
  const auto add_picked = [&] {
    for (int i = 0; i < shape.size(); ++i) {
      lookup.shared.push_back(lookup.shape.size());
      add_axis(shape[i], 0, index.strides()[i]);
    }
  };
  for (int d = 0; d < x.ndim(); ++d) {
    if (d == in_place) add_picked();
    if (!places[d].defined()) add_axis(x.size(d), x.strides()[d], 0);
  }
  return lookup;
}

}  // namespace dlcore
