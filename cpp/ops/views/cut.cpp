#include "dlcore/ops.h"

// Basic indexing: every slice, selection and new axis is a strided region of its tensor.
namespace dlcore {
namespace {

Region region_of(const Shape& shape, const Strides& strides, std::span<const Cut> cuts) {
  Region y{{}, {}, 0};
  int axis = 0;
  for (const Cut& c : cuts) {
    if (c.kind == Cut::NewAxis) {
      y.shape.push_back(1);
      y.strides.push_back(0);
      continue;
    }
    const int64_t stride = strides[axis++];
    y.offset += c.start * stride;
    if (c.kind == Cut::At) continue;
    y.shape.push_back(c.length);
    y.strides.push_back(stride * c.step);
  }
  for (; axis < shape.size(); ++axis) {
    y.shape.push_back(shape[axis]);
    y.strides.push_back(strides[axis]);
  }
  if (numel_of(y.shape) == 0) y.offset = 0;  // nothing is looked at, so nothing outside either
  return y;
}

// The cuts that leave the axes before `axis` whole.
struct AxisCut {
  AxisCut(const Tensor& x, int axis, const Cut& cut) : count(axis + 1) {
    for (int d = 0; d < axis; ++d) cuts[d] = {Cut::Range, 0, x.size(d), 1};
    cuts[axis] = cut;
  }
  operator std::span<const Cut>() const { return {cuts, static_cast<size_t>(count)}; }
  Cut cuts[kMaxDims];
  int count;
};

int axis_of(const char* op, const Tensor& x, int axis) {
  if (x.ndim() == 0) raise<IndexError>(op, ": a 0-d tensor has no axis ", axis);
  return normalize_axis(op, axis, x.shape());
}

}  // namespace

Tensor cut(const Tensor& x, std::span<const Cut> cuts) {
  const Region region = region_of(x.shape(), x.strides(), cuts);
  const Tensor y = view_of(x, region.shape, region.strides, region.offset);
  if (!grad_enabled() || !x.requires_grad()) return y;
  const Region dense = x.is_contiguous() ? region : region_of(x.shape(), contiguous_strides(x.shape()), cuts);
  return record("slice", y,
                wrt(x, [shape = x.shape(), dense](const Tensor& dy) { return place_region(dy, shape, dense); }));
}

Tensor select(const Tensor& x, int axis, int64_t index) {
  const int a = axis_of("select", x, axis);
  const int64_t n = x.size(a);
  if (index < -n || index >= n)
    raise<IndexError>("select: index ", index, " is out of range for axis ", a, " of size ", n);
  return cut(x, AxisCut(x, a, {Cut::At, index < 0 ? index + n : index, 1, 1}));
}

Tensor slice(const Tensor& x, int axis, int64_t start, int64_t stop, int64_t step) {
  const int a = axis_of("slice", x, axis);
  if (step < 1) raise<ValueError>("slice: expected a step > 0, got ", step);
  const int64_t n = x.size(a);
  start = std::clamp<int64_t>(start < 0 ? start + n : start, 0, n);
  stop = std::clamp<int64_t>(stop < 0 ? stop + n : stop, start, n);
  const int64_t length = stop > start ? (stop - start - 1) / step + 1 : 0;
  return cut(x, AxisCut(x, a, {Cut::Range, start, length, step}));
}

Tensor narrow(const Tensor& x, int axis, int64_t start, int64_t length) {
  const int a = axis_of("narrow", x, axis);
  const int64_t n = x.size(a);
  const int64_t first = start < 0 ? start + n : start;
  if (length < 0) raise<ValueError>("narrow: expected a length >= 0, got ", length);
  if (first < 0 || first > n || length > n - first)
    raise<IndexError>("narrow: start ", start, " and length ", length, " are out of range for axis ", a, " of size ",
                      n);
  return cut(x, AxisCut(x, a, {Cut::Range, first, length, 1}));
}

}  // namespace dlcore
