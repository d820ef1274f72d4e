#pragma once

#include <algorithm>
#include <memory>

#include "core/parallel.h"
#include "kernels/reduce.h"

// NOTE [Reductions]
// y[k] = finish(join over r of map(x[k, r])), for any strides. Two shapes of the inner loop, both vectorised by the
// compiler over independent accumulators, and both the same loop: add_rows() adds the rows of a matrix.
//   columns: x's smallest stride stays. The rows are those of x, over at most kColumns of its columns.
//   runs:    x's smallest stride goes. A run of it is read as rows of 64 elements, and the 64 sums are folded in a
//   tree.
// Rounding: eight rows are added in a tree, at most kRows rows go into one accumulator of x's own type, and what these
// hold is joined in a wider type. So the error of a float32 sum hardly grows with its length.
// Threads: units (a run, or a block of columns) are shared out; a few long ones are cut along the reduced axes, by size
// alone, and the parts are joined in order. The order of all additions follows from the sizes, so the bits do, too, at
// every instruction level as far as the compiler does not fuse map's multiplications into them.
namespace dlcore::kernels {

inline constexpr int64_t kColumns = 512;  // accumulators and totals of a block of columns: 6 KB of a 32 KB cache
inline constexpr int64_t kRows = 128;     // 16 trees of eight: a rounding error of some ten units in the last place
inline constexpr int64_t kRun = 2048;     // elements of a run per fold: 32 rows of 64
inline constexpr int64_t kNarrow = 32;    // narrower columns are read several rows at a time, as one row
inline constexpr int64_t kShortRun = 16;  // below, a fold costs more than adding one by one

// An op is a struct with
//   X, Y         types read and written; Lane, Total: of accumulators and of what they are joined in
//   Param        what map() needs of each output besides x, got by param(offset of y); NoParam where nothing
//   identity<A>(), map(x, param) -> Lane, join(a, b) of Lanes or Totals, finish(total, param) -> Y
struct NoParam {};

namespace detail {

// One parameter for all columns.
template <class P>
struct Same {
  P p;
  P operator[](int64_t) const { return p; }
};

// acc[j] = join(acc[j], map(x[i * row_step + j * step]) over all rows i).
template <bool kUnit, class Op, class Params>
void add_rows(const Op& op, typename Op::Lane* __restrict acc, const typename Op::X* x, int64_t rows, int64_t row_step,
              int64_t columns, int64_t step, const Params& params) {
  for (; rows >= 8; rows -= 8, x += 8 * row_step) {
    for (int64_t j = 0; j < columns; ++j) {
      const typename Op::X* c = x + (kUnit ? j : j * step);
      const auto at = [&](int r) { return op.map(c[r * row_step], params[j]); };
      const auto low = op.join(op.join(at(0), at(1)), op.join(at(2), at(3)));
      const auto high = op.join(op.join(at(4), at(5)), op.join(at(6), at(7)));
      acc[j] = op.join(acc[j], op.join(low, high));
    }
  }
  for (; rows > 0; --rows, x += row_step) {
    for (int64_t j = 0; j < columns; ++j) acc[j] = op.join(acc[j], op.map(x[kUnit ? j : j * step], params[j]));
  }
}

// At most kRun elements, in kLanes accumulators.
template <int kLanes, class Op, class P>
typename Op::Lane fold_run(const Op& op, const typename Op::X* x, int64_t n, const Same<P>& param) {
  typename Op::Lane acc[kLanes];
  std::fill_n(acc, kLanes, Op::template identity<typename Op::Lane>());
  add_rows<true>(op, acc, x, n / kLanes, kLanes, kLanes, 1, param);
  add_rows<true>(op, acc, x + n / kLanes * kLanes, 1, 0, n % kLanes, 1, param);
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int l = 0; l < half; ++l) acc[l] = op.join(acc[l], acc[l + half]);
  }
  return acc[0];
}

template <class Op, class P>
typename Op::Total run_total(const Op& op, const typename Op::X* x, int64_t n, const Same<P>& param) {
  using Total = typename Op::Total;
  if (n < kShortRun) {
    auto y = Op::template identity<typename Op::Lane>();
    const auto at = [&](int64_t i) { return op.map(x[i], param.p); };
    int64_t i = 0;
    for (; i + 4 <= n; i += 4) y = op.join(y, op.join(op.join(at(i), at(i + 1)), op.join(at(i + 2), at(i + 3))));
    for (; i < n; ++i) y = op.join(y, at(i));
    return static_cast<Total>(y);
  }
  auto total = Op::template identity<Total>();
  for (int64_t i = 0; i < n; i += kRun) {
    const int64_t m = std::min(kRun, n - i);
    const auto part = m < 256 ? fold_run<16>(op, x + i, m, param) : fold_run<64>(op, x + i, m, param);
    total = op.join(total, static_cast<Total>(part));
  }
  return total;
}

// The part [begin, end) of the reduced axes of the output at x. What does not lie end to end is gathered first.
template <class Op, class P>
typename Op::Total output_total(const Op& op, const Loop<1>& reduced, const typename Op::X* x, int64_t begin,
                                int64_t end, const Same<P>& param) {
  const int64_t step = reduced.ndim ? reduced.strides[0][reduced.ndim - 1] : 1;
  if (reduced.ndim <= 1 && step == 1) return run_total(op, x + begin, end - begin, param);
  auto total = Op::template identity<typename Op::Total>();
  if (begin == end) return total;
  const auto add = [&](const typename Op::X* run, int64_t n) { total = op.join(total, run_total(op, run, n, param)); };
  typename Op::X gathered[kRun];
  int64_t count = 0;
  walk(reduced, begin, end, [&](const std::array<int64_t, 1>& at, int64_t n) {
    if (step == 1 && n >= kShortRun) {
      add(x + at[0], n);
      return;
    }
    for (int64_t i = 0; i < n; ++i) {
      gathered[count++] = x[at[0] + i * step];
      if (count == kRun) add(gathered, std::exchange(count, 0));
    }
  });
  if (count > 0) add(gathered, count);
  return total;
}

// The same for `width` neighbouring outputs, `step` apart in x.
template <class Op>
void column_totals(const Op& op, const Loop<1>& reduced, const typename Op::X* x, int64_t step, int64_t width,
                   int64_t begin, int64_t end, const typename Op::Param* params, typename Op::Total* totals) {
  using Lane = typename Op::Lane;
  Lane acc[kColumns];
  std::fill_n(totals, width, Op::template identity<typename Op::Total>());
  if (begin == end) return;
  const int64_t row_step = reduced.ndim ? reduced.strides[0][reduced.ndim - 1] : 0;
  const int64_t fold = kNarrow * 2 / width;
  if (width < kNarrow && step == 1 && row_step == width && reduced.ndim == 1 && end - begin >= 2 * fold) {
    typename Op::Param wide_params[2 * kNarrow];
    typename Op::Total wide_totals[2 * kNarrow];
    for (int64_t j = 0; j < fold * width; ++j) wide_params[j] = params[j % width];
    Loop<1> folded;
    folded.ndim = 1;
    folded.numel = folded.shape[0] = (end - begin) / fold;
    folded.strides[0][0] = fold * width;
    column_totals(op, folded, x + begin * width, 1, fold * width, 0, folded.numel, wide_params, wide_totals);
    column_totals(op, reduced, x, 1, width, begin + folded.numel * fold, end, params, totals);
    for (int64_t j = 0; j < fold * width; ++j) totals[j % width] = op.join(totals[j % width], wide_totals[j]);
    return;
  }
  walk(reduced, begin, end, [&](const std::array<int64_t, 1>& at, int64_t n) {
    for (int64_t i = 0; i < n; i += kRows) {
      const typename Op::X* rows = x + at[0] + i * row_step;
      std::fill_n(acc, width, Op::template identity<Lane>());
      if (step == 1) {
        add_rows<true>(op, acc, rows, std::min(kRows, n - i), row_step, width, 1, params);
      } else {
        add_rows<false>(op, acc, rows, std::min(kRows, n - i), row_step, width, step, params);
      }
      for (int64_t j = 0; j < width; ++j) totals[j] = op.join(totals[j], static_cast<typename Op::Total>(acc[j]));
    }
  });
}

// Where a unit starts: the offsets of x and y of output k.
inline std::array<int64_t, 2> kept_offsets(const Loop<2>& kept, int dims, int64_t k) {
  std::array<int64_t, 2> at{};
  for (int d = dims - 1; d >= 0; --d) {
    const int64_t rest = d > 0 ? k / kept.shape[d] : 0, index = k - rest * kept.shape[d];
    for (int operand = 0; operand < 2; ++operand) at[operand] += index * kept.strides[operand][d];
    k = rest;
  }
  return at;
}

// Whether outputs side by side also lie side by side in x, closer than what is reduced into one of them.
inline bool in_columns(const Reduction& r) {
  if (r.kept.ndim == 0) return false;
  return r.reduced.ndim == 0 || r.kept.strides[0][r.kept.ndim - 1] <= r.reduced.strides[0][r.reduced.ndim - 1];
}

// Outputs side by side: where x and y of the first lie, and how many; one where x is read in runs.
struct Unit {
  int64_t x_at, y_at, width;
};

// Threads share the units: gather(unit, begin, end, totals) takes the part [begin, end) of the reduced axes, join(a, b)
// puts parts together, finish(unit, totals) writes the outputs.
template <class Total, class Gather, class Join, class Finish>
void share_out(const Reduction& reduction, const Gather& gather, const Join& join, const Finish& finish) {
  const Loop<2>& kept = reduction.kept;
  const int64_t n = reduction.reduced.numel;
  if (kept.numel == 0) return;

  const bool columns = in_columns(reduction);
  const int inner = kept.ndim - 1;
  const int64_t x_step = columns ? kept.strides[0][inner] : 0, y_step = columns ? kept.strides[1][inner] : 0;
  const int64_t row = columns ? kept.shape[inner] : 1;
  const int64_t width = std::min(row, kColumns);  // outputs per unit
  const int64_t blocks = pieces_of(row, width), units = kept.numel / row * blocks;
  const auto place = [&](int64_t unit) {
    const int64_t line = blocks == 1 ? unit : unit / blocks, first = (unit - line * blocks) * width;
    const auto [x_at, y_at] = kept_offsets(kept, columns ? inner : kept.ndim, line);
    return Unit{x_at + first * x_step, y_at + first * y_step, std::min(width, row - first)};
  };

  constexpr int64_t kFewUnits = 16;
  const int64_t work = std::max<int64_t>(n * width, 1);  // of a unit
  if (units >= kFewUnits || work <= 2 * kElementGrain) {
    parallel_for(units, std::max<int64_t>(kElementGrain / work, 1), [&](int64_t begin, int64_t end) {
      Total totals[kColumns];
      for (int64_t i = begin; i < end; ++i) {
        const Unit unit = place(i);
        gather(unit, 0, n, totals);
        finish(unit, totals);
      }
    });
    return;
  }
  const int64_t cut = std::max<int64_t>(kElementGrain / width, 1), parts = pieces_of(n, cut);
  const auto partial = std::make_unique_for_overwrite<Total[]>(units * parts * width);
  parallel_for(units * parts, 1, [&](int64_t i, int64_t) {
    const int64_t from = i % parts * cut;
    gather(place(i / parts), from, std::min(n, from + cut), partial.get() + i * width);
  });
  for (int64_t i = 0; i < units; ++i) {
    const Unit unit = place(i);
    Total* totals = partial.get() + i * parts * width;
    for (int64_t part = 1; part < parts; ++part) {
      for (int64_t j = 0; j < unit.width; ++j) totals[j] = join(totals[j], totals[part * width + j]);
    }
    finish(unit, totals);
  }
}

}  // namespace detail

template <class Op>
void reduce(const Reduction& reduction, const Op& op) {
  using Total = typename Op::Total;
  using Param = typename Op::Param;
  const Loop<2>& kept = reduction.kept;
  const bool columns = detail::in_columns(reduction);
  const int64_t x_step = kept.ndim ? kept.strides[0][kept.ndim - 1] : 0;
  const int64_t y_step = kept.ndim ? kept.strides[1][kept.ndim - 1] : 0;

  const auto gather = [&](const detail::Unit& unit, int64_t begin, int64_t end, Total* totals) {
    const auto* x = kept.template at<const typename Op::X>(0) + unit.x_at;
    if (!columns) {
      *totals = detail::output_total(op, reduction.reduced, x, begin, end, detail::Same<Param>{op.param(unit.y_at)});
      return;
    }
    Param params[kColumns];
    for (int64_t j = 0; j < unit.width; ++j) params[j] = op.param(unit.y_at + j * y_step);
    detail::column_totals(op, reduction.reduced, x, x_step, unit.width, begin, end, params, totals);
  };
  const auto finish = [&](const detail::Unit& unit, const Total* totals) {
    auto* y = kept.template at<typename Op::Y>(1) + unit.y_at;
    for (int64_t j = 0; j < unit.width; ++j) y[j * y_step] = op.finish(totals[j], op.param(unit.y_at + j * y_step));
  };
  detail::share_out<Total>(
      reduction, gather, [&](Total a, Total b) { return op.join(a, b); }, finish);
}

}  // namespace dlcore::kernels
