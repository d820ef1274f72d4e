#include "kernels/copy.h"
#include "ops/result.h"

namespace dlcore {
namespace {

using Widths = std::array<std::array<int64_t, 2>, kMaxDims>;  // before and after, per axis

Widths checked_widths(const Tensor& x, std::span<const int64_t> widths) {
  if (widths.size() % 2 != 0 || widths.size() > 2 * static_cast<size_t>(x.ndim()))
    raise<ValueError>("pad: expected a pair of widths for at most each axis of shape ", x.shape(), ", got ",
                      widths.size(), " numbers");
  constexpr int64_t kMost = int64_t{1} << 60;  // beyond it, sums of widths could not be counted
  for (int64_t w : widths) {
    if (w > kMost || w < -kMost) raise<OutOfMemory>("pad: a width of ", w, " is more than can be addressed");
  }
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

enum class Mode { Constant, Reflect, Replicate, Circular };

Mode mode_of(std::string_view mode) {
  if (mode == "constant") return Mode::Constant;
  if (mode == "reflect") return Mode::Reflect;
  if (mode == "replicate") return Mode::Replicate;
  if (mode == "circular") return Mode::Circular;
  raise<ValueError>("pad: mode: expected 'constant', 'reflect', 'replicate' or 'circular', got '", mode, "'");
}

void check_growth(std::string_view mode, const Tensor& x, const Widths& widths) {
  for (int d = 0; d < x.ndim(); ++d) {
    const int64_t n = x.size(d), most = std::max(widths[d][0], widths[d][1]);
    const bool possible = most == 0 || (mode == "replicate" ? n > 0 : mode == "circular" ? most <= n : most < n);
    if (!possible)
      raise<ValueError>("pad: mode '", mode, "' cannot make ", most, " elements of axis ", d, " of size ", n);
  }
}

// One end of an axis: what is made there, and the elements of the same tensor that it is made of.
struct End {
  Tensor made, source;
};

End end_of(Mode mode, const Tensor& y, int axis, const std::array<int64_t, 2>& width, bool after) {
  const int64_t n = y.size(axis) - width[0] - width[1], w = width[after], first = width[0];
  const Tensor made = narrow(y, axis, after ? first + n : 0, w);
  if (mode == Mode::Replicate) return {made, narrow(y, axis, after ? first + n - 1 : first, 1)};
  if (mode == Mode::Circular) return {made, narrow(y, axis, after ? first : n, w)};
  return {made, narrow(y, axis, after ? first + n - 1 - w : first + 1, w)};
}

// y without what padding adds in the axes from `axis` on.
Tensor inner_part(const Tensor& y, const Widths& widths, int axis) {
  Tensor part = y;
  for (int d = axis; d < y.ndim(); ++d) part = narrow(part, d, widths[d][0], y.size(d) - widths[d][0] - widths[d][1]);
  return part;
}

Tensor pad_by_copies(const Tensor& x, const Widths& widths, Mode mode);

// What came from one element adds up there, end by end, in the opposite order.
Tensor pad_by_copies_backward(const Tensor& dy, const Widths& widths, Mode mode) {
  Tensor dx;
  {
    const NoGrad off;
    const Tensor all = clone(dy);
    for (int d = dy.ndim() - 1; d >= 0; --d) {
      const Tensor part = inner_part(all, widths, d + 1);
      for (const bool after : {true, false}) {
        if (widths[d][after] == 0) continue;
        const auto [made, source] = end_of(mode, part, d, widths[d], after);
        add_(source, mode == Mode::Reflect     ? flip(made, Dims{d})
                     : mode == Mode::Replicate ? sum(made, Dims{d}, true)
                                               : made);
      }
    }
    dx = clone(inner_part(all, widths, 0));
  }
  return record("pad_backward", dx,
                wrt(dy, [widths, mode](const Tensor& ddx) { return pad_by_copies(ddx, widths, mode); }));
}

// x in the middle, then axis by axis both ends, which are copies of what is there already.
Tensor pad_by_copies(const Tensor& x, const Widths& widths, Mode mode) {
  Shape shape = x.shape();
  for (int d = 0; d < x.ndim(); ++d) shape[d] += widths[d][0] + widths[d][1];
  const Tensor y = empty(shape, x.dtype());
  {
    const NoGrad off;
    copy_(inner_part(y, widths, 0), x);
    for (int d = 0; d < x.ndim(); ++d) {
      const Tensor part = inner_part(y, widths, d + 1);
      for (const bool after : {false, true}) {
        if (widths[d][after] == 0) continue;
        const auto [made, source] = end_of(mode, part, d, widths[d], after);
        kernels::copy(y.dtype(), y.dtype(), loop_over(made, mode == Mode::Reflect ? flip(source, Dims{d}) : source));
      }
    }
  }
  return record("pad", y,
                wrt(x, [widths, mode](const Tensor& dy) { return pad_by_copies_backward(dy, widths, mode); }));
}

}  // namespace

Tensor pad(const Tensor& x, std::span<const int64_t> widths, std::string_view mode, const Tensor& value) {
  const Mode how = mode_of(mode);
  Widths left = checked_widths(x, widths);
  const Tensor fill = value.defined() ? value : Tensor(0);
  if (fill.numel() != 1) raise<ValueError>("pad: expected one value, got shape ", fill.shape());
  if (how != Mode::Constant && fill.item() != 0)
    raise<ValueError>("pad: mode '", mode, "' takes no value, got ", fill.item());
  const Tensor y = cropped(x, left);
  if (how == Mode::Constant) return pad_constant(y, left, fill);
  check_growth(mode, y, left);
  return pad_by_copies(y, left, how);
}

}  // namespace dlcore
