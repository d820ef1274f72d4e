#include "dlcore/in_place.h"
#include "ops/indexing/lookup.h"

// Writing along one axis, to an index for each element. In place or not, the same is checked, written and recorded.
namespace dlcore {
namespace {

enum class Mode { Write, Add };

// What src must be, given x, and the part of it that goes somewhere.
Tensor scattered_part(const char* op, const Tensor& x, int axis, const Tensor& index, const Tensor& src) {
  const bool number = src.is_weak();
  bool fits = index.ndim() == x.ndim() && (number || src.ndim() == x.ndim());
  for (int d = 0; fits && d < x.ndim(); ++d) {
    fits = (d == axis || index.size(d) <= x.size(d)) && (number || index.size(d) <= src.size(d));
  }
  if (!fits)
    raise<ValueError>(op, ": for shape ", x.shape(), " and axis ", axis,
                      " expected an index no larger in other axes, nor than src in any; got index ", index.shape(),
                      " and src ", src.shape());
  if (number) {
    detail::check_kept_dtype(op, x, src.dtype());
    return to(src, x.dtype());
  }
  if (src.dtype() != x.dtype())
    raise<TypeError>(op, ": expected src of the input's dtype ", x.dtype(), ", got ", src.dtype());
  if (src.shape() == index.shape()) return src;
  Cut corner[kMaxDims];
  for (int d = 0; d < x.ndim(); ++d) corner[d] = {Cut::Range, 0, index.size(d), 1};
  return cut(src, {corner, static_cast<size_t>(x.ndim())});
}

struct Scatter {
  Scatter(const char* op_, Mode mode_, const Tensor& x, int axis_, const Tensor& index_, const Tensor& src_)
      : op(op_),
        mode(mode_),
        axis(normalize_axis(op, axis_, x.shape())),
        src(scattered_part(op, x, axis, index_, src_)),
        index(as_index(op, index_, axis, size_along(x, axis))) {}

  // Writes to y, which holds x's elements, and gives it the history of x and src.
  Tensor operator()(const Tensor& y, const Tensor& x) const {
    const Lookup lookup = along_axis(y, axis, index);
    mode == Mode::Add ? put_add(y, lookup, src) : put(y, lookup, src);
    return record(op, y,
                  wrt(x, [mode = mode, axis = axis, at = Saved(index)](
                             const Tensor& dy) { return mode == Mode::Add ? dy : scatter(dy, axis, at, 0); }),
                  wrt(src, [axis = axis, at = Saved(index)](const Tensor& dy) { return gather(dy, axis, at); }));
  }
  const Tensor& in_place(const Tensor& x) {
    check_writable(op, x);
    src = apart_from(x, src);
    index = apart_from(x, index);
    adopt_history(x, (*this)(x.detach(), x));
    return x;
  }

  const char* op;
  Mode mode;
  int axis;
  Tensor src, index;
};

}  // namespace

Tensor scatter(const Tensor& x, int axis, const Tensor& index, const Tensor& src) {
  return Scatter("scatter", Mode::Write, x, axis, index, src)(fresh_copy(x), x);
}

Tensor scatter_add(const Tensor& x, int axis, const Tensor& index, const Tensor& src) {
  return Scatter("scatter_add", Mode::Add, x, axis, index, src)(fresh_copy(x), x);
}

const Tensor& scatter_(const Tensor& x, int axis, const Tensor& index, const Tensor& src) {
  return Scatter("scatter_", Mode::Write, x, axis, index, src).in_place(x);
}

const Tensor& scatter_add_(const Tensor& x, int axis, const Tensor& index, const Tensor& src) {
  return Scatter("scatter_add_", Mode::Add, x, axis, index, src).in_place(x);
}

}  // namespace dlcore
