// Where windows are pairs of columns, two vectors of a row hold the even and the odd elements of one vector of windows,
// and so rows are read and written where they lie, without the copies of NOTE [Windows by vectors]. Which rows an
// output row sees, or an input row is seen by, is found once for all planes. Rows follow each other in memory, so a
// vector may write beyond the end of its row what the next one overwrites; the last row of a piece of work is written
// exactly.
#include "kernels/pair_pool.h"

#include <cstring>
#include <limits>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "kernels/simd.h"
#include "kernels/windows.h"

namespace dlcore::kernels {
namespace {

using simd::Integers;

// Of a window: where a row begins in its plane, the number of the row's first tap, and a mean's share.
struct Line {
  int64_t at;
  int32_t tap;
  double share;
};

// The lines of each row of a plane.
class Lines {
 public:
  // For the rows of the output: those of the input that they see.
  static Lines seen(const Windows& of, const Divisor& divisor) {
    Lines lines;
    for (int64_t d = 0; d < of.d.out; ++d) {
      for (int64_t h = 0; h < of.h.out; ++h) {
        const double share = lines.share(of, divisor, d, h);
        for (int64_t kd = of.d.first_tap(d); kd < of.d.end_tap(d); ++kd) {
          for (int64_t kh = of.h.first_tap(h); kh < of.h.end_tap(h); ++kh)
            lines.add((of.d.at(d, kd) * of.h.in + of.h.at(h, kh)) * of.w.in, kd * of.h.kernel + kh, share);
        }
        lines.begin_.push_back(lines.lines_.size());
      }
    }
    return lines;
  }

  // For the rows of the input: those of the output that see them.
  static Lines seeing(const Windows& of, const Divisor& divisor) {
    Lines lines;
    std::vector<Hit> slices, rows;
    for (int64_t d = 0; d < of.d.in; ++d) {
      hits_of(of.d, d, slices);
      for (int64_t h = 0; h < of.h.in; ++h) {
        hits_of(of.h, h, rows);
        for (const Hit& slice : slices) {
          for (const Hit& row : rows)
            lines.add((slice.out * of.h.out + row.out) * of.w.out, slice.tap * of.h.kernel + row.tap,
                      lines.share(of, divisor, slice.out, row.out));
        }
        lines.begin_.push_back(lines.lines_.size());
      }
    }
    return lines;
  }

  std::span<const Line> operator[](int64_t row) const {
    return std::span(lines_).subspan(begin_[row], begin_[row + 1] - begin_[row]);
  }
  int64_t rows() const { return static_cast<int64_t>(begin_.size()) - 1; }

 private:
  static double share(const Windows& of, const Divisor& divisor, int64_t d, int64_t h) {
    const bool padded = divisor.with_padding;
    const int64_t rows = places_counted(of.d, d, padded) * places_counted(of.h, h, padded);
    return 1.0 / static_cast<double>(divisor.override ? divisor.override : rows * of.w.kernel);
  }
  void add(int64_t at, int64_t row, double share) { lines_.push_back({at, static_cast<int32_t>(row * 2), share}); }

  std::vector<Line> lines_;
  std::vector<size_t> begin_{0};
};

// Some windows of a row of a plane, [begin, end).
struct Part {
  int64_t plane, row, begin, end;
};

// body(part, stop) for all windows of all rows, in the order of memory; stop: the element at which the piece of work
// ends that the part belongs to, where a row has `pitch` elements and a window `each`.
template <class Body>
void over_parts(const Windows& of, int64_t rows, int64_t pitch, int64_t each, int64_t work, Body body) {
  constexpr int64_t kColumns = 2048;  // a longer row is cut
  const int64_t across = pieces_of(of.w.out, kColumns), columns = std::min(of.w.out, kColumns);
  const int64_t grain = pieces_of(kElementGrain, columns * work);
  parallel_for(of.M * rows * across, grain, [&](int64_t begin, int64_t end) {
    Part part{begin / (across * rows), begin / across % rows, begin % across * kColumns, 0};
    const int64_t stop = end / across * pitch + end % across * kColumns * each;
    for (int64_t i = begin; i < end; ++i) {
      part.end = std::min(part.begin + kColumns, of.w.out);
      body(part, stop);
      part.begin = part.end;
      if (part.end == of.w.out) {
        part.begin = 0;
        if (++part.row == rows) part.row = 0, ++part.plane;
      }
    }
  });
}

// Vectors of windows: whole ones, also beyond the end, or as many as there are.
template <class T>
[[gnu::always_inline]] inline int64_t end_of_vectors(const Part& part) {
  return part.begin + pieces_of(part.end - part.begin, kWidth<T>) * kWidth<T>;
}

template <class T>
struct Pair {
  Vector<T> even, odd;
};
template <class T, bool kWhole>
[[gnu::always_inline]] inline Pair<T> load_pair(const T* x, int64_t windows) {
  constexpr int64_t W = kWidth<T>;
  Vector<T> a, b;
  if constexpr (kWhole) {
    a = simd::load(x), b = simd::load(x + W);
  } else {
    a = simd::load_part(x, std::min(2 * windows, W));
    b = 2 * windows > W ? simd::load_part(x + W, 2 * windows - W) : Vector<T>{};
  }
  return {simd::evens<T>(a, b), simd::odds<T>(a, b)};
}
template <class T, bool kWhole>
[[gnu::always_inline]] inline void store_pair(T* x, const Pair<T>& pair, int64_t windows) {
  constexpr int64_t W = kWidth<T>;
  const Vector<T> low = simd::zip_low<T>(pair.even, pair.odd), high = simd::zip_high<T>(pair.even, pair.odd);
  if constexpr (kWhole) {
    simd::store(x, low), simd::store(x + W, high);
  } else {
    simd::store_part(x, low, std::min(2 * windows, W));
    if (2 * windows > W) simd::store_part(x + W, high, 2 * windows - W);
  }
}
template <class T, bool kWhole>
[[gnu::always_inline]] inline Vector<T> load_windows(const T* y, int64_t windows) {
  if constexpr (kWhole) return simd::load(y);
  return simd::load_part(y, windows);
}
template <class T, bool kWhole>
[[gnu::always_inline]] inline void store_windows(T* y, Vector<T> v, int64_t windows) {
  if constexpr (kWhole) {
    simd::store<T>(y, v);
  } else {
    simd::store_part<T>(y, v, windows);
  }
}

// Taps, a byte each, as numbers as wide as T.
template <class T>
struct TapBytes {
  typedef uint8_t type __attribute__((vector_size(kWidth<T>)));
};
template <class T, bool kWhole>
[[gnu::always_inline]] inline Integers<T> load_taps(const uint8_t* taps, int64_t windows) {
  typename TapBytes<T>::type bytes{};
  std::memcpy(&bytes, taps, kWhole ? sizeof bytes : windows);
  return __builtin_convertvector(bytes, Integers<T>);
}
template <class T, bool kWhole>
[[gnu::always_inline]] inline void store_taps(uint8_t* taps, Integers<T> winners, int64_t windows) {
  const auto bytes = __builtin_convertvector(winners, typename TapBytes<T>::type);
  std::memcpy(taps, &bytes, kWhole ? sizeof bytes : windows);
}

template <class T>
using Int = std::remove_cvref_t<decltype(Integers<T>{}[0])>;

template <class T, bool kWhole, bool kTaps>
void largest(std::span<const Line> lines, const Part& part, const T* x, T* y, uint8_t* taps) {
  for (int64_t j = part.begin; j < part.end; j += kWidth<T>) {
    const int64_t n = std::min<int64_t>(part.end - j, kWidth<T>);
    Vector<T> most = simd::broadcast(-std::numeric_limits<T>::infinity());
    Integers<T> winner = Integers<T>{} + static_cast<Int<T>>(lines[0].tap);
    for (const Line& line : lines) {
      const Pair<T> pair = load_pair<T, kWhole>(x + line.at + 2 * j, n);
      auto tap = static_cast<Int<T>>(line.tap);
      for (const Vector<T>& v : {pair.even, pair.odd}) {
        const Integers<T> takes = (v > most) | (v != v);
        most = simd::choose<T>(takes, v, most);
        if constexpr (kTaps) winner = takes ? Integers<T>{} + tap : winner;
        ++tap;
      }
    }
    store_windows<T, kWhole>(y + j, most, n);
    if constexpr (kTaps) store_taps<T, kWhole>(taps + j, winner, n);
  }
}

template <class T, bool kWhole>
void means(std::span<const Line> lines, const Part& part, const T* x, T* y) {
  const T share = static_cast<T>(lines.empty() ? 0 : lines[0].share);
  for (int64_t j = part.begin; j < part.end; j += kWidth<T>) {
    const int64_t n = std::min<int64_t>(part.end - j, kWidth<T>);
    Vector<T> sum{};
    for (const Line& line : lines) {
      const Pair<T> pair = load_pair<T, kWhole>(x + line.at + 2 * j, n);
      sum = sum + pair.even + pair.odd;
    }
    store_windows<T, kWhole>(y + j, sum * share, n);
  }
}

template <class T, bool kWhole>
void to_largest(std::span<const Line> lines, const Part& part, const T* dy, const uint8_t* taps, T* dx) {
  for (int64_t j = part.begin; j < part.end; j += kWidth<T>) {
    const int64_t n = std::min<int64_t>(part.end - j, kWidth<T>);
    Pair<T> sum{};
    for (const Line& line : lines) {
      const Vector<T> d = load_windows<T, kWhole>(dy + line.at + j, n);
      const Integers<T> winner = load_taps<T, kWhole>(taps + line.at + j, n);
      const auto tap = static_cast<Int<T>>(line.tap);
      sum.even += simd::choose<T>(winner == tap, d, Vector<T>{});
      sum.odd += simd::choose<T>(winner == tap + 1, d, Vector<T>{});
    }
    store_pair<T, kWhole>(dx + 2 * j, sum, n);
  }
}

template <class T, bool kWhole>
void to_means(std::span<const Line> lines, const Part& part, const T* dy, T* dx) {
  for (int64_t j = part.begin; j < part.end; j += kWidth<T>) {
    const int64_t n = std::min<int64_t>(part.end - j, kWidth<T>);
    Vector<T> sum{};
    for (const Line& line : lines) sum += load_windows<T, kWhole>(dy + line.at + j, n) * static_cast<T>(line.share);
    store_pair<T, kWhole>(dx + 2 * j, {sum, sum}, n);
  }
}

// f.operator()<kWhole>(lines, part, x, y) for each part of a row of the output: x its plane, y its row.
template <class T, class F>
void forward(const Windows& of, const Divisor& divisor, F f) {
  const Lines lines = Lines::seen(of, divisor);
  over_parts(of, lines.rows(), of.w.out, 1, of.taps(), [&](const Part& part, int64_t stop) {
    const std::span<const Line> seen = lines[part.row];
    const int64_t row = (part.plane * lines.rows() + part.row) * of.w.out, plane = part.plane * of.inputs();
    const int64_t last = plane + (seen.empty() ? 0 : seen.back().at) + 2 * end_of_vectors<T>(part);
    if (row + end_of_vectors<T>(part) <= stop && last <= of.M * of.inputs()) {
      f.template operator()<true>(seen, part, plane, row);
    } else {
      f.template operator()<false>(seen, part, plane, row);
    }
  });
}

// The same for each part of a row of the input: y its plane of the output, x its row. Columns that no window sees get
// 0.
template <class T, class F>
void backward(const Windows& of, const Divisor& divisor, T* dx, F f) {
  const Lines lines = Lines::seeing(of, divisor);
  over_parts(of, lines.rows(), of.w.in, 2, 2, [&](const Part& part, int64_t stop) {
    const std::span<const Line> seeing = lines[part.row];
    const int64_t row = (part.plane * lines.rows() + part.row) * of.w.in, plane = part.plane * of.outputs();
    const int64_t last = plane + (seeing.empty() ? 0 : seeing.back().at) + end_of_vectors<T>(part);
    if (row + 2 * end_of_vectors<T>(part) <= stop && last <= of.M * of.outputs()) {
      f.template operator()<true>(seeing, part, plane, row);
    } else {
      f.template operator()<false>(seeing, part, plane, row);
    }
    if (part.end == of.w.out) std::fill(dx + row + 2 * of.w.out, dx + row + of.w.in, T{0});
  });
}

}  // namespace

void max_pool_pairs(DType dtype, const Windows& of, const void* x, void* y, uint8_t* taps) {
  visit_floating(dtype, [&]<class T>() {
    forward<T>(of, {}, [&]<bool kWhole>(std::span<const Line> lines, const Part& part, int64_t plane, int64_t row) {
      const T* from = static_cast<const T*>(x) + plane;
      T* to = static_cast<T*>(y) + row;
      taps ? largest<T, kWhole, true>(lines, part, from, to, taps + row)
           : largest<T, kWhole, false>(lines, part, from, to, nullptr);
    });
  });
}

void max_pool_pairs_backward(DType dtype, const Windows& of, const void* dy, const uint8_t* taps, void* dx) {
  visit_floating(dtype, [&]<class T>() {
    T* to = static_cast<T*>(dx);
    backward<T>(of, {}, to,
                [&]<bool kWhole>(std::span<const Line> lines, const Part& part, int64_t plane, int64_t row) {
                  to_largest<T, kWhole>(lines, part, static_cast<const T*>(dy) + plane, taps + plane, to + row);
                });
  });
}

void avg_pool_pairs(DType dtype, const Windows& of, const Divisor& divisor, const void* x, void* y) {
  visit_floating(dtype, [&]<class T>() {
    forward<T>(of, divisor,
               [&]<bool kWhole>(std::span<const Line> lines, const Part& part, int64_t plane, int64_t row) {
                 means<T, kWhole>(lines, part, static_cast<const T*>(x) + plane, static_cast<T*>(y) + row);
               });
  });
}

void avg_pool_pairs_backward(DType dtype, const Windows& of, const Divisor& divisor, const void* dy, void* dx) {
  visit_floating(dtype, [&]<class T>() {
    T* to = static_cast<T*>(dx);
    backward<T>(of, divisor, to,
                [&]<bool kWhole>(std::span<const Line> lines, const Part& part, int64_t plane, int64_t row) {
                  to_means<T, kWhole>(lines, part, static_cast<const T*>(dy) + plane, to + row);
                });
  });
}

}  // namespace dlcore::kernels
