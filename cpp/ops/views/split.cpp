#include "dlcore/ops.h"

// Views side by side, with one node for all of them, whose gradient joins theirs again.
namespace dlcore {
namespace {

int axis_of(const char* op, const Tensor& x, int axis) {
  if (x.ndim() == 0) raise<ValueError>(op, ": expected at least 1 dimension, got shape ", x.shape());
  return normalize_axis(op, axis, x.shape());
}

// The parts' gradients, zeros where a part was not used.
std::vector<Tensor> filled(std::span<const Tensor> dys, std::span<const Shape> shapes, DType dtype) {
  std::vector<Tensor> out(dys.begin(), dys.end());
  for (size_t i = 0; i < out.size(); ++i) {
    if (!out[i].defined()) out[i] = zeros(shapes[i], dtype);
  }
  return out;
}

template <class Join>
std::vector<Tensor> record_parts(const char* name, const Tensor& x, std::vector<Tensor> ys, Join join) {
  if (!grad_enabled() || !x.requires_grad()) return ys;
  std::vector<Shape> shapes;
  for (const Tensor& y : ys) shapes.push_back(y.shape());
  record_joint(
      name, ys, {&x, 1},
      [shapes = std::move(shapes), join, dtype = x.dtype()](std::span<const Tensor> dys, std::span<const bool>) {
        return std::vector<Tensor>{join(filled(dys, shapes, dtype))};
      });
  return ys;
}

}  // namespace

std::vector<Tensor> split(const Tensor& x, std::span<const int64_t> sizes, int axis) {
  const int a = axis_of("split", x, axis);
  int64_t rest = x.size(a);
  for (int64_t size : sizes) {
    if (size < 0) raise<ValueError>("split: expected sizes >= 0, got ", size);
    rest -= std::min(size, rest + 1);
  }
  if (rest != 0) raise<ValueError>("split: the sizes do not add up to axis ", a, " of size ", x.size(a));

  std::vector<Tensor> ys;
  Shape shape = x.shape();
  int64_t start = 0;
  for (int64_t size : sizes) {
    shape[a] = size;
    ys.push_back(view_of(x, shape, x.strides(), size == 0 ? 0 : start * x.strides()[a]));
    start += size;
  }
  return record_parts("split", x, std::move(ys), [a](const std::vector<Tensor>& dys) { return cat(dys, a); });
}

std::vector<Tensor> split(const Tensor& x, int64_t size, int axis) {
  const int a = axis_of("split", x, axis);
  if (size < 0 || (size == 0 && x.size(a) > 0)) raise<ValueError>("split: expected a size > 0, got ", size);
  std::vector<int64_t> sizes;
  for (int64_t rest = x.size(a); rest > 0; rest -= sizes.back()) sizes.push_back(std::min(size, rest));
  if (sizes.empty()) sizes.push_back(0);
  return split(x, sizes, a);
}

std::vector<Tensor> chunk(const Tensor& x, int64_t chunks, int axis) {
  const int a = axis_of("chunk", x, axis);
  if (chunks < 1) raise<ValueError>("chunk: expected at least 1 chunk, got ", chunks);
  const int64_t n = x.size(a);
  if (n == 0) return split(x, std::vector<int64_t>(chunks, 0), a);
  return split(x, (n - 1) / chunks + 1, a);
}

std::vector<Tensor> unbind(const Tensor& x, int axis) {
  const int a = axis_of("unbind", x, axis);
  Shape shape = x.shape();
  Strides strides = x.strides();
  shape.erase(a);
  strides.erase(a);
  std::vector<Tensor> ys;
  ys.reserve(x.size(a));
  for (int64_t i = 0; i < x.size(a); ++i) ys.push_back(view_of(x, shape, strides, i * x.strides()[a]));
  return record_parts("unbind", x, std::move(ys), [a](const std::vector<Tensor>& dys) { return stack(dys, a); });
}

}  // namespace dlcore
