#include <cmath>
#include <memory>

#include "dlcore/nn.h"
#include "ops/lanes.h"
#include "ops/nn/resampling.h"

namespace dlcore {
namespace {

struct Matrices {  // one axis: there and, for the gradient, back
  kernels::SparseRows there, back;
};

// Along `axis`, multiplied by a matrix; its gradient is the same with the transpose, so every order exists.
Tensor resampled(const Tensor& x_, int axis, const std::shared_ptr<const Matrices>& matrices, bool back) {
  const kernels::SparseRows& matrix = back ? matrices->back : matrices->there;
  const Tensor x = contiguous(x_);
  Shape shape = x.shape();
  shape[axis] = matrix.rows();
  const Tensor y = empty(shape, x.dtype());
  kernels::resample(x.dtype(), lanes_along(x, axis), matrix, x.data(), y.data());
  return record(back ? "interpolate_backward" : "interpolate", y,
                wrt(x, [axis, matrices, back](const Tensor& dy) { return resampled(dy, axis, matrices, !back); }));
}

struct Mode {
  Resampling how;
  int dims;  // of one image; 0: any
};

Mode mode_of(std::string_view mode) {
  if (mode == "nearest") return {Resampling::Nearest, 0};
  if (mode == "nearest-exact") return {Resampling::NearestExact, 0};
  if (mode == "linear") return {Resampling::Linear, 1};
  if (mode == "bilinear") return {Resampling::Linear, 2};
  if (mode == "trilinear") return {Resampling::Linear, 3};
  if (mode == "bicubic") return {Resampling::Cubic, 2};
  if (mode == "area") return {Resampling::Area, 0};
  raise<ValueError>(
      "interpolate: mode: expected 'nearest', 'linear', 'bilinear', 'bicubic', 'trilinear', 'area' or "
      "'nearest-exact', got '",
      mode, "'");
}

bool has_corners(Resampling how) { return how == Resampling::Linear || how == Resampling::Cubic; }

void check_options(const Tensor& x, const Mode& mode, std::string_view name, std::optional<bool> align_corners,
                   bool antialias) {
  if (!is_floating(x.dtype())) raise<TypeError>("interpolate: expected an input of a floating dtype, got ", x.dtype());
  if (x.ndim() < 3 || x.ndim() > 5)
    raise<ValueError>("interpolate: expected an input (N, C, W), (N, C, H, W) or (N, C, D, H, W), got shape ",
                      x.shape());
  if (mode.dims && mode.dims != x.ndim() - 2)
    raise<ValueError>("interpolate: mode '", name, "' takes an input of ", mode.dims + 2, " dimensions, got shape ",
                      x.shape());
  if (align_corners && !has_corners(mode.how))
    raise<ValueError>("interpolate: align_corners: mode '", name, "' has no such option");
  if (antialias && (!has_corners(mode.how) || mode.dims != 2))
    raise<ValueError>("interpolate: antialias: expected mode 'bilinear' or 'bicubic', got '", name, "'");
}

// One number per dimension of an image; a single one stands for all.
template <class Values>
double value_of(const char* name, const Values& values, int count, int dims, int d) {
  if (count != 1 && count != dims)
    raise<ValueError>("interpolate: ", name, ": expected one number or ", dims, ", got ", count);
  return static_cast<double>(values[count == 1 ? 0 : d]);
}

}  // namespace

Tensor interpolate(const Tensor& x, const std::optional<Dims>& size, std::span<const double> scale_factor,
                   std::string_view mode_name, std::optional<bool> align_corners,
                   std::optional<bool> recompute_scale_factor, bool antialias) {
  const Mode mode = mode_of(mode_name);
  check_options(x, mode, mode_name, align_corners, antialias);
  if (size.has_value() == !scale_factor.empty())
    raise<ValueError>("interpolate: expected either size or scale_factor, got ", size ? "both" : "neither");
  const bool recompute = recompute_scale_factor.value_or(false);
  if (size && recompute)
    raise<ValueError>("interpolate: recompute_scale_factor: there is no scale_factor where size is given");

  const int dims = x.ndim() - 2;
  Shape shape = x.shape();
  double scale[3];
  for (int d = 0; d < dims; ++d) {
    const int64_t n = x.size(d + 2);
    if (n < 1 || n > INT32_MAX)
      raise<ValueError>("interpolate: expected sizes of 1 to ", INT32_MAX, " to resample, got shape ", x.shape());
    double m;
    if (size) {
      m = value_of("size", *size, size->size(), dims, d);
      if (m < 1) raise<ValueError>("interpolate: size: expected positive numbers, got ", *size);
    } else {
      const double factor = value_of("scale_factor", scale_factor, static_cast<int>(scale_factor.size()), dims, d);
      m = std::floor(static_cast<double>(n) * factor);
      if (!(m >= 1)) raise<ValueError>("interpolate: scale_factor: ", factor, " leaves nothing of ", n, " elements");
      scale[d] = 1 / factor;
    }
    if (m > INT32_MAX) raise<ValueError>("interpolate: expected at most ", INT32_MAX, " elements of an axis, got ", m);
    if (size || recompute) scale[d] = static_cast<double>(n) / m;
    shape[d + 2] = static_cast<int64_t>(m);
  }

  // The axis that shrinks most first: then the others have the least to do.
  int order[3] = {0, 1, 2};
  std::stable_sort(order, order + dims, [&](int a, int b) {
    return static_cast<double>(shape[a + 2]) / static_cast<double>(x.size(a + 2)) <
           static_cast<double>(shape[b + 2]) / static_cast<double>(x.size(b + 2));
  });
  Tensor y = x;
  for (int i = 0; i < dims; ++i) {
    const int d = order[i];
    const auto matrices = std::make_shared<Matrices>();
    matrices->there =
        resampling_rows(x.size(d + 2), shape[d + 2], mode.how, align_corners.value_or(false), scale[d], antialias);
    if (shape[d + 2] == x.size(d + 2) && matrices->there.is_identity()) continue;
    matrices->back = kernels::transposed(matrices->there);
    y = resampled(y, d + 2, matrices, false);
  }
  return y.is(x) ? clone(x) : y;
}

}  // namespace dlcore
