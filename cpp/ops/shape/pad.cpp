#include "kernels/copy.h"
#include "ops/result.h"

namespace dlcore {
namespace {

using Widths = std::array<std::array<int64_t, 2>, kMaxDims>;  // before and after, per axis

Widths checked_widths(const Tensor& x, std::span<const int64_t> widths) {
  if (widths.size() % 2 != 0 || widths.size() > 2 * static_cast<size_t>(x.ndim()))
    raise<ValueError>("pad: expected a pair of widths for at most each axis of shape ", x.shape(), ", got ",
                      widths.size(), " numbers");
  Widths out{};
  for (size_t i = 0; i < widths.size(); ++i) out[x.ndim() - 1 - i / 2][i % 2] = widths[i];
  for (int d = 0; d < x.ndim(); ++d) {
    const auto [before, after] = out[d];
    if (x.size(d) + before + after < 0 || x.size(d) + std::min<int64_t>(before, 0) + std::min<int64_t>(after, 0) < 0)
      raise<ValueError>("pad: widths ", before, " and ", after, " take more than axis ", d, " of size ", x.size(d),
                        " has");
  }
  return out;
}

// x without what negative widths cut off; the widths that remain grow it.
Tensor cropped(const Tensor& x, Widths& widths) {
  Cut cuts[kMaxDims];
  bool whole = true;
  for (int d = 0; d < x.ndim(); ++d) {
    auto& [before, after] = widths[d];
    const int64_t start = std::max<int64_t>(-before, 0), end = x.size(d) - std::max<int64_t>(-after, 0);
    whole = whole && start == 0 && end == x.size(d);
    cuts[d] = {Cut::Range, start, end - start, 1};
    before = std::max<int64_t>(before, 0);
    after = std::max<int64_t>(after, 0);
  }
  return whole ? x : cut(x, {cuts, static_cast<size_t>(x.ndim())});
}

// x in the middle of a constant; the way back is to crop.
Tensor pad_constant(const Tensor& x, const Widths& widths, const Tensor& value) {
  Shape shape = x.shape();
  int64_t offset = 0;
  for (int d = 0; d < x.ndim(); ++d) shape[d] += widths[d][0] + widths[d][1];
  const Tensor y = full(shape, value, x.dtype());
  Cut middle[kMaxDims];
  for (int d = 0; d < x.ndim(); ++d) {
    offset += widths[d][0] * y.strides()[d];
    middle[d] = {Cut::Range, widths[d][0], x.size(d), 1};
  }
  const std::span<const Cut> cuts(middle, x.ndim());
  kernels::copy(x.dtype(), x.dtype(), loop_over(cut(y, cuts), x));
  return record("pad", y,
                wrt(x, [region = Region{x.shape(), y.strides(), x.numel() == 0 ? 0 : offset}](const Tensor& dy) {
                  return as_strided(contiguous(dy), region);
                }));
}

// Where along an axis of size n each element of the padded one comes from.
template <class F>
Tensor sources(int64_t n, const std::array<int64_t, 2>& width, F source) {
  const Tensor index = empty({width[0] + n + width[1]}, DType::Int64);
  int64_t* at = index.data<int64_t>();
  for (int64_t i = 0; i < index.numel(); ++i) at[i] = source(i - width[0]);
  return index;
}

enum class Mode { Constant, Reflect, Replicate, Circular };

Mode mode_of(std::string_view mode) {
  if (mode == "constant") return Mode::Constant;
  if (mode == "reflect") return Mode::Reflect;
  if (mode == "replicate") return Mode::Replicate;
  if (mode == "circular") return Mode::Circular;
  raise<ValueError>("pad: mode: expected 'constant', 'reflect', 'replicate' or 'circular', got '", mode, "'");
}

Tensor sources(Mode mode, int64_t n, const std::array<int64_t, 2>& width) {
  if (mode == Mode::Replicate) return sources(n, width, [n](int64_t i) { return std::clamp<int64_t>(i, 0, n - 1); });
  if (mode == Mode::Circular) return sources(n, width, [n](int64_t i) { return i < 0 ? i + n : i < n ? i : i - n; });
  return sources(n, width, [n](int64_t i) { return i < 0 ? -i : i < n ? i : 2 * (n - 1) - i; });
}

void check_growth(std::string_view mode, const Tensor& x, const Widths& widths) {
  for (int d = 0; d < x.ndim(); ++d) {
    const int64_t n = x.size(d), most = std::max(widths[d][0], widths[d][1]);
    const bool possible = most == 0 || (mode == "replicate" ? n > 0 : mode == "circular" ? most <= n : most < n);
    if (!possible)
      raise<ValueError>("pad: mode '", mode, "' cannot make ", most, " elements of axis ", d, " of size ", n);
  }
}

}  // namespace

Tensor pad(const Tensor& x, std::span<const int64_t> widths, std::string_view mode, const Tensor& value) {
  const Mode how = mode_of(mode);
  Widths left = checked_widths(x, widths);
  const Tensor fill = value.defined() ? value : Tensor(0);
  if (fill.numel() != 1) raise<ValueError>("pad: expected one value, got shape ", fill.shape());
  if (how != Mode::Constant && fill.item() != 0)
    raise<ValueError>("pad: mode '", mode, "' takes no value, got ", fill.item());
  Tensor y = cropped(x, left);
  if (how == Mode::Constant) return pad_constant(y, left, fill);
  check_growth(mode, y, left);
  bool fresh = false;
  for (int d = 0; d < x.ndim(); ++d) {
    if (left[d][0] + left[d][1] == 0) continue;
    y = index_select(y, d, sources(how, y.size(d), left[d]));
    fresh = true;
  }
  return fresh ? y : clone(y);
}

}  // namespace dlcore
