// The first place of an extreme along an axis, in the two shapes of NOTE [Reductions], where the place must not cost
// the vectors:
//   columns: each column keeps its best and, in an integer as wide as an element, the row it was met in. Rows are taken
//            kRows at a time, so that even eight bits hold the row.
//   runs:    the extreme of kRun elements is found as amax finds it; only where it beats what came before is the run,
//            which is in the first cache, searched for its place. A short run is taken one by one.
// Parts of a long axis are joined in order, so the first place stays the first.
#include "kernels/argmax.h"

#include "kernels/reducers.h"

namespace dlcore::kernels {
namespace {

template <class T, bool kLargest>
bool better(T a, T b) {
  return (kLargest ? a > b : a < b) | ((a != a) & (b == b));
}

template <class T>
struct Best {
  T value;
  int64_t place;
};

template <class T, bool kLargest>
struct Search {
  using Place = std::conditional_t<sizeof(T) == 1, int8_t, std::conditional_t<sizeof(T) == 4, int32_t, int64_t>>;
  static_assert(kRows <= 128, "rows are counted in eight bits");

  const Reduction& reduction;
  int64_t row_step = reduction.reduced.ndim ? reduction.reduced.strides[0][0] : 1;
  int64_t column_step = reduction.kept.ndim ? reduction.kept.strides[0][reduction.kept.ndim - 1] : 1;

  Best<T> in_run(const T* x, int64_t begin, int64_t end) const {
    Best<T> best{x[begin * row_step], begin};
    if (end - begin < kShortRun) {
      for (int64_t i = begin + 1; i < end; ++i) {
        const T candidate = x[i * row_step];
        const bool wins = better<T, kLargest>(candidate, best.value);
        best = {wins ? candidate : best.value, wins ? i : best.place};
      }
      return best;
    }
    T gathered[kRun];
    for (int64_t i = begin; i < end; i += kRun) {
      const int64_t n = std::min(kRun, end - i);
      const T* run = x + i * row_step;
      if (row_step != 1) {
        for (int64_t k = 0; k < n; ++k) gathered[k] = run[k * row_step];
        run = gathered;
      }
      const T found = detail::run_total(Extreme<T, kLargest>{}, run, n, detail::Same<NoParam>{});
      if (!better<T, kLargest>(found, best.value)) continue;
      int64_t at = 0;
      while (run[at] != found && (found == found || run[at] == run[at])) ++at;
      best = {found, i + at};
    }
    return best;
  }

  template <bool kUnit>
  void row(const T* x, int64_t width, Place number, T* value, Place* place) const {
    for (int64_t j = 0; j < width; ++j) {
      const T candidate = x[kUnit ? j : j * column_step];
      const bool wins = better<T, kLargest>(candidate, value[j]);
      value[j] = wins ? candidate : value[j];
      place[j] = wins ? number : place[j];
    }
  }

  void in_columns(const T* x, int64_t width, int64_t begin, int64_t end, Best<T>* best) const {
    T value[kColumns];
    Place place[kColumns];
    for (int64_t j = 0; j < width; ++j) {
      value[j] = x[begin * row_step + j * column_step];
      best[j].place = begin;
    }
    for (int64_t i = begin; i < end; i += kRows) {
      const int64_t n = std::min(kRows, end - i);
      std::fill_n(place, width, Place{-1});
      for (int64_t k = 0; k < n; ++k) {
        const T* from = x + (i + k) * row_step;
        if (column_step == 1) {
          row<true>(from, width, static_cast<Place>(k), value, place);
        } else {
          row<false>(from, width, static_cast<Place>(k), value, place);
        }
      }
      for (int64_t j = 0; j < width; ++j) best[j].place = place[j] >= 0 ? i + place[j] : best[j].place;
    }
    for (int64_t j = 0; j < width; ++j) best[j].value = value[j];
  }
};

template <bool kLargest>
void search(DType dtype, const Reduction& reduction, void* values) {
  visit(dtype, [&]<class T>() {
    const Loop<2>& kept = reduction.kept;
    const bool columns = detail::in_columns(reduction);
    const int64_t y_step = kept.ndim ? kept.strides[1][kept.ndim - 1] : 0;
    const Search<T, kLargest> search{reduction};
    const auto gather = [&](const detail::Unit& unit, int64_t begin, int64_t end, Best<T>* best) {
      const T* x = kept.template at<const T>(0) + unit.x_at;
      if (columns) {
        search.in_columns(x, unit.width, begin, end, best);
      } else {
        *best = search.in_run(x, begin, end);
      }
    };
    const auto finish = [&](const detail::Unit& unit, const Best<T>* best) {
      for (int64_t j = 0; j < unit.width; ++j) {
        const int64_t at = unit.y_at + j * y_step;
        kept.template at<int64_t>(1)[at] = best[j].place;
        if (values) static_cast<T*>(values)[at] = best[j].value;
      }
    };
    const auto join = [](const Best<T>& a, const Best<T>& b) { return better<T, kLargest>(b.value, a.value) ? b : a; };
    detail::share_out<Best<T>>(reduction, gather, join, finish);
  });
}

}  // namespace

void argmax(DType dtype, const Reduction& reduction, void* values) { search<true>(dtype, reduction, values); }
void argmin(DType dtype, const Reduction& reduction, void* values) { search<false>(dtype, reduction, values); }

}  // namespace dlcore::kernels
