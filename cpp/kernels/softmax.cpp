// Softmax and its logarithm along an axis, y = e^(x - m) / s with m the largest x of a lane and s the sum of what
// stands above the bar. Work goes block by block, a block being small enough to stay in the cache while its lanes'
// largest, their exponentials and their sums are taken one after the other, each in a loop of its own that the compiler
// vectorises:
//   rows:    the axis is contiguous. A lane of kLongLane elements or more is a block, and its sum is taken along with
//   its
//            exponentials. Of shorter ones a block is as many as make kBlock elements, and exponentials are taken over
//            all of them at once: a lane of ten is not a vector and two odd ones.
//   columns: it is not. A block is a band of neighbouring lanes, read line by line as memory lies.
// Threads share the blocks. Sums go through NOTE [Reductions], so their error does not grow with the lane.
#include "kernels/softmax.h"

#include <cmath>
#include <utility>

#include "core/scratch.h"
#include "kernels/math.h"
#include "kernels/prefetch.h"
#include "kernels/reducers.h"
#include "kernels/rows.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kBlock = 2048;    // 8 KB of floats, and of results: a quarter of the first cache each
constexpr int64_t kBand = 16384;    // elements of a band: with its results half of a second cache of 256 KB
constexpr int64_t kNarrowest = 64;  // columns of a band, however long: four cache lines side by side
constexpr int64_t kLongLane = 64;   // elements: four vectors at least, which are worked on at once
constexpr int64_t kExpGrain = kElementGrain / 8;  // elements per piece; an exponential is some eight additions

// Lanes that are worked on together. Lane l's elements lie `step` apart, in `rows` of which one is a lane, or of which
// each has one element of every lane.
struct Block {
  int64_t begin;            // of its first element
  int64_t rows, row_width;  // `row_width` elements side by side
  int64_t row_step;         // from row to row
  bool lane_per_row;

  int64_t lanes() const { return lane_per_row ? rows : row_width; }
};

template <class Body>
void for_blocks(const Lanes& lanes, const Body& body) {
  const auto [outer, n, inner] = lanes;
  if (outer * n * inner == 0) return;
  if (inner == 1) {
    const int64_t rows = std::clamp<int64_t>(kBlock / n, 1, kColumns);
    parallel_for(pieces_of(outer, rows), std::max<int64_t>(1, kExpGrain / (rows * n)), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin * rows; i < std::min(outer, end * rows); i += rows)
        body(Block{i * n, std::min(rows, outer - i), n, n, true});
    });
    return;
  }
  const int64_t width = std::min(inner, std::clamp<int64_t>(kBand / n, kNarrowest, kColumns));
  const int64_t bands = pieces_of(inner, width);
  parallel_for(outer * bands, std::max<int64_t>(1, kExpGrain / (width * n)), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t o = i / bands, j = i % bands * width;
      body(Block{o * n * inner + j, n, std::min(width, inner - j), inner, false});
    }
  });
}

// totals[lane] = join of map(x) over the lane, for an op of NOTE [Reductions].
template <class Op, class T>
void lane_totals(const Op& op, const Block& b, const T* x, typename Op::Total* totals) {
  if (b.lane_per_row) {
    for (int64_t r = 0; r < b.rows; ++r)
      totals[r] = detail::run_total(op, x + b.begin + r * b.row_step, b.row_width, detail::Same<NoParam>{});
    return;
  }
  Loop<1> down;
  down.ndim = 1;
  down.numel = down.shape[0] = b.rows;
  down.strides[0][0] = b.row_step;
  const NoParam none[kColumns] = {};
  detail::column_totals(op, down, x + b.begin, 1, b.row_width, 0, b.rows, none, totals);
}

// y = f(u, v, p, q), p and q of the lane: one pass over the block. y may be u or v.
template <class T, class F>
void each(const Block& b, T* y, const T* u, const T* v, const T* p, const T* q, F f) {
  for (int64_t r = 0; r < b.rows; ++r) {
    const int64_t at = b.begin + r * b.row_step;
    T* yr = y + at;
    const T *ur = u + at, *vr = v + at;
    if (b.lane_per_row) {
      const T pr = p[r], qr = q[r];
#pragma GCC ivdep
      for (int64_t j = 0; j < b.row_width; ++j) yr[j] = f(ur[j], vr[j], pr, qr);
    } else {
#pragma GCC ivdep
      for (int64_t j = 0; j < b.row_width; ++j) yr[j] = f(ur[j], vr[j], p[j], q[j]);
    }
  }
}

// y = e^x over the block, in as few runs as memory allows.
template <class T>
void exponentials(const Block& b, T* y, const T* x) {
  const bool joined = b.row_width == b.row_step;
  const int64_t runs = joined ? 1 : b.rows, n = joined ? b.rows * b.row_width : b.row_width;
  for (int64_t r = 0; r < runs; ++r) {
    T* to = y + b.begin + r * b.row_step;
    const T* from = x + b.begin + r * b.row_step;
    write_row(n, to, false, [=](auto place) { return math::exp(place(from)); });
  }
}

// y = e^(x - m), m in `top`, the sums of y in `total`. A lane of -inf alone becomes NaN, as one that holds inf or NaN.
template <class T>
void shifted_exponentials(const Block& b, const T* x, T* y, T* top, double* total) {
  lane_totals(Extreme<T, true>{}, b, x, top);
  each(b, y, x, x, top, top, [](T a, T, T m, T) { return a - m; });
  exponentials<T>(b, y, y);
  lane_totals(Sum<T>{}, b, y, total);
}

// Long lanes, one after the other: body(first element of a lane).
bool has_long_lanes(const Lanes& lanes) { return lanes.inner == 1 && lanes.n >= kLongLane; }

// body(first element of a lane, room for as many elements and a vector, whether to write to y past the caches).
template <class T, class Body>
void for_long_lanes(const Lanes& lanes, const T* y, const Body& body) {
  const bool streams = streams_rows(y, lanes.outer, lanes.n);
  parallel_for(lanes.outer, std::max<int64_t>(1, kElementGrain / 2 / lanes.n), [&](int64_t begin, int64_t end) {
    const Scratch<T> room(lanes.n + simd::kWidth<T>);
    for (int64_t i = begin; i < end; ++i) body(i * lanes.n, room.data(), streams);
    if (streams) simd::stream_end();
  });
}

// The largest element of a long lane, and the sum of e^(x - it); exponentials are left in `e`, if given.
template <class T>
std::pair<T, double> top_and_sum(const T* x, int64_t n, T* e) {
  const T top = largest_of_row<T>(n, [=](auto at) { return at(x); });  // where NaN is, the sum is NaN
  const double sum = sum_of_row<T>(n, [=](auto at) {
    __builtin_prefetch(x + n + at.d);  // the next lane
    const auto value = math::exp(at(x) - top);
    if (e) simd::store<T>(e + at.d, value);
    return value;
  });
  return {top, sum};
}

template <class T, class F>
void per_lane(const Block& b, const double* total, T* p, F f) {
  for (int64_t l = 0; l < b.lanes(); ++l) p[l] = static_cast<T>(f(total[l]));
}

}  // namespace

void softmax(DType dtype, const Lanes& lanes, const void* x_, void* y_) {
  visit_floating(dtype, [&]<class T>() {
    auto* x = static_cast<const T*>(x_);
    auto* y = static_cast<T*>(y_);
    if (has_long_lanes(lanes)) {
      return for_long_lanes(lanes, y, [&, n = lanes.n](int64_t at, T* e, bool streams) {
        const double sum = top_and_sum(x + at, n, e).second;
        write_row(n, y + at, streams, [=, scale = static_cast<T>(1 / sum)](auto place) { return place(e) * scale; });
      });
    }
    for_blocks(lanes, [&](const Block& b) {
      T p[kColumns];
      double total[kColumns];
      shifted_exponentials(b, x, y, p, total);
      per_lane(b, total, p, [](double s) { return 1 / s; });
      each<T>(b, y, y, y, p, p, [](T a, T, T scale, T) { return a * scale; });
    });
  });
}

void log_softmax(DType dtype, const Lanes& lanes, const void* x_, void* y_) {
  visit_floating(dtype, [&]<class T>() {
    auto* x = static_cast<const T*>(x_);
    auto* y = static_cast<T*>(y_);
    if (has_long_lanes(lanes)) {
      return for_long_lanes(lanes, y, [&, n = lanes.n](int64_t at, T*, bool streams) {
        const T* from = x + at;
        const auto [top, sum] = top_and_sum<T>(from, n, nullptr);
        write_row(n, y + at, streams, [=, top = top, log_sum = static_cast<T>(std::log(sum))](auto place) {
          return place(from) - top - log_sum;
        });
      });
    }
    for_blocks(lanes, [&](const Block& b) {
      T m[kColumns], p[kColumns];
      double total[kColumns];
      shifted_exponentials(b, x, y, m, total);
      per_lane(b, total, p, [](double s) { return std::log(s); });
      each(b, y, x, x, m, p, [](T a, T, T top, T log_sum) { return a - top - log_sum; });
    });
  });
}

void softmax_backward(DType dtype, const Lanes& lanes, const void* dy_, const void* y_, void* dx_) {
  visit_floating(dtype, [&]<class T>() {
    auto *dy = static_cast<const T*>(dy_), *y = static_cast<const T*>(y_);
    auto* dx = static_cast<T*>(dx_);
    if (has_long_lanes(lanes)) {
      return for_long_lanes(lanes, dx, [&, n = lanes.n](int64_t at, T*, bool streams) {
        const T *g = dy + at, *a = y + at;
        fetch_row(g + n, n);
        fetch_row(a + n, n);
        const auto s = static_cast<T>(sum_of_row<T>(n, [=](auto place) { return place(g) * place(a); }));
        write_row(n, dx + at, streams, [=](auto place) { return place(a) * (place(g) - s); });
      });
    }
    for_blocks(lanes, [&](const Block& b) {
      T p[kColumns] = {};
      double total[kColumns];
      each(b, dx, dy, y, p, p, [](T g, T a, T, T) { return g * a; });
      lane_totals(Sum<T>{}, b, dx, total);
      per_lane(b, total, p, [](double s) { return s; });
      each(b, dx, dy, y, p, p, [](T g, T a, T s, T) { return a * (g - s); });
    });
  });
}

void log_softmax_backward(DType dtype, const Lanes& lanes, const void* dy_, const void* y_, void* dx_) {
  visit_floating(dtype, [&]<class T>() {
    auto *dy = static_cast<const T*>(dy_), *y = static_cast<const T*>(y_);
    auto* dx = static_cast<T*>(dx_);
    if (has_long_lanes(lanes)) {
      return for_long_lanes(lanes, dx, [&, n = lanes.n](int64_t at, T*, bool streams) {
        const T *g = dy + at, *a = y + at;
        fetch_row(g + n, n);
        fetch_row(a + n, n);
        const auto s = static_cast<T>(sum_of_row<T>(n, [=](auto place) { return place(g); }));
        write_row(n, dx + at, streams, [=](auto place) { return place(g) - math::exp(place(a)) * s; });
      });
    }
    for_blocks(lanes, [&](const Block& b) {
      T p[kColumns];
      double total[kColumns];
      lane_totals(Sum<T>{}, b, dy, total);
      per_lane(b, total, p, [](double s) { return s; });
      exponentials(b, dx, y);
      each<T>(b, dx, dx, dy, p, p, [](T e, T g, T s, T) { return g - e * s; });
    });
  });
}

}  // namespace dlcore::kernels
