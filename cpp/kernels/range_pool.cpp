// Rows first: the sum or the largest of the rows of a range, column by column, so that vectors run along the whole
// width; then the columns of each range from that one row, which is in the first cache. One output row is one piece of
// work, forward, and one input row backward: no piece shares a result with another.
#include "kernels/range_pool.h"

#include <algorithm>
#include <atomic>
#include <limits>

#include "core/parallel.h"
#include "kernels/simd.h"

namespace dlcore::kernels {
namespace {

using simd::Integers;
using simd::kWidth;
using simd::Vector;

template <class T>
using Int = std::conditional_t<sizeof(T) == 4, int32_t, int64_t>;

bool takes_all(const Ranges& r) { return r.out() == 1 && r.begin[0] == 0 && r.end[0] == r.in; }

// A range of rows over their whole width is one range of a longer row.
RangePool joined(RangePool of) {
  for (int n = 0; n < 2 && takes_all(of.w); ++n) {
    Ranges w = of.h;
    for (size_t o = 0; o < w.begin.size(); ++o) {
      w.begin[o] *= of.w.in;
      w.end[o] *= of.w.in;
      w.count[o] *= of.w.count[0];
    }
    w.in *= of.w.in;
    of.w = w;
    of.h = of.d;
    of.d = {1, 1, {0}, {1}, {1}};
  }
  return of;
}

template <class T>
T scale_of(const RangePool& of, int64_t d, int64_t h, int64_t w) {
  const int64_t count = of.override ? of.override : of.d.count[d] * of.h.count[h] * of.w.count[w];
  return static_cast<T>(1.0 / static_cast<double>(count));
}

template <class T>
T sum_of(const T* x, int64_t n) {
  constexpr int W = kWidth<T>;
  if (n < W) {
    T total = 0;
    for (int64_t i = 0; i < n; ++i) total += x[i];
    return total;
  }
  Vector<T> a{}, b{}, c{}, d{};  // four, for an addition takes four cycles
  int64_t i = 0;
  for (; i + 4 * W <= n; i += 4 * W) {
    a += simd::load(x + i);
    b += simd::load(x + i + W);
    c += simd::load(x + i + 2 * W);
    d += simd::load(x + i + 3 * W);
  }
  for (; i + W <= n; i += W) a += simd::load(x + i);
  return simd::sum<T>((a + b) + (c + d) + simd::load_part(x + i, n - i));
}

template <class T>
void avg_row(const RangePool& of, const T* plane, int64_t d, int64_t h, T* y, T* buffer) {
  const int64_t W = of.w.in, h_begin = of.h.begin[h], h_end = of.h.end[h];
  const T* row = buffer;
  if (of.d.end[d] - of.d.begin[d] == 1 && h_end - h_begin == 1) {
    row = plane + (of.d.begin[d] * of.h.in + h_begin) * W;
  } else {
    for (int64_t j = 0; j < W; j += kWidth<T>) {
      const int64_t n = std::min<int64_t>(W - j, kWidth<T>);
      Vector<T> sum{};
      for (int64_t kd = of.d.begin[d]; kd < of.d.end[d]; ++kd) {
        const T* first = plane + kd * of.h.in * W + j;
        if (n == kWidth<T>) {
          for (int64_t kh = h_begin; kh < h_end; ++kh) sum += simd::load(first + kh * W);
        } else {
          for (int64_t kh = h_begin; kh < h_end; ++kh) sum += simd::load_part(first + kh * W, n);
        }
      }
      simd::store(buffer + j, sum);
    }
  }
  for (int64_t w = 0; w < of.w.out(); ++w) {
    y[w] = sum_of(row + of.w.begin[w], of.w.end[w] - of.w.begin[w]) * scale_of<T>(of, d, h, w);
  }
}

// The first output whose range ends behind each place.
std::vector<int64_t> first_outputs(const Ranges& r) {
  std::vector<int64_t> first(r.in);
  int64_t o = 0;
  for (int64_t i = 0; i < r.in; ++i) {
    while (o < r.out() && r.end[o] <= i) ++o;
    first[i] = o;
  }
  return first;
}

// Row h of slice d of dx: each range of each output row that sees it hands its share to its columns.
template <class T>
void avg_row_backward(const RangePool& of, const T* dy, int64_t d, int64_t first_d, int64_t h, int64_t first_h, T* dx) {
  int64_t filled = 0;  // columns before it have been written
  for (int64_t od = first_d; od < of.d.out() && of.d.begin[od] <= d; ++od) {
    for (int64_t oh = first_h; oh < of.h.out() && of.h.begin[oh] <= h; ++oh) {
      const T* row = dy + (od * of.h.out() + oh) * of.w.out();
      for (int64_t w = 0; w < of.w.out(); ++w) {
        const T share = row[w] * scale_of<T>(of, od, oh, w);
        const int64_t begin = of.w.begin[w], end = of.w.end[w], fresh = std::clamp(filled, begin, end);
        if (filled < begin) std::fill(dx + filled, dx + begin, T(0));
        for (int64_t i = begin; i < fresh; ++i) dx[i] += share;
        std::fill(dx + fresh, dx + end, share);
        filled = std::max(filled, end);
      }
    }
  }
  std::fill(dx + filled, dx + of.w.in, T(0));
}

// m[j] = the largest of column j over the rows of a range; at[j] = its row, d H + h.
template <class T>
void largest_of_columns(const RangePool& of, const T* plane, int64_t d, int64_t h, T* m, Int<T>* at) {
  for (int64_t j = 0; j < of.w.in; j += kWidth<T>) {
    const int64_t n = std::min<int64_t>(of.w.in - j, kWidth<T>);
    Vector<T> best = simd::broadcast(-std::numeric_limits<T>::infinity());
    Integers<T> where = Integers<T>{} + static_cast<Int<T>>(of.d.begin[d] * of.h.in + of.h.begin[h]);
    for (int64_t kd = of.d.begin[d]; kd < of.d.end[d]; kd += of.d.step) {
      for (int64_t kh = of.h.begin[h]; kh < of.h.end[h]; kh += of.h.step) {
        const int64_t row = kd * of.h.in + kh;
        const T* p = plane + row * of.w.in + j;
        const Vector<T> v = n == kWidth<T> ? simd::load(p) : simd::load_part(p, n);
        const Integers<T> takes = (v > best) | (v != v);
        best = simd::choose<T>(takes, v, best);
        where = takes ? Integers<T>{} + static_cast<Int<T>>(row) : where;
      }
    }
    simd::store(m + j, best);
    std::memcpy(at + j, &where, sizeof where);
  }
}

template <class T>
struct Best {
  T value;
  int64_t row, column;
};

// Of equals the first in memory; of NaN, as where one meets them one by one, the last.
template <class T>
Best<T> largest_of_range(const T* m, const Int<T>* at, int64_t begin, int64_t end, int64_t step) {
  Best<T> best{m[begin], at[begin], begin};
  for (int64_t i = begin + step; i < end; i += step) {
    const bool nan = m[i] != m[i], best_nan = best.value != best.value;
    const bool takes = nan ? !best_nan || at[i] >= best.row
                           : !best_nan && (m[i] > best.value || (m[i] == best.value && at[i] < best.row));
    if (takes) best = {m[i], at[i], i};
  }
  return best;
}

// body(m, d, h) for every row of M planes of D slices of H rows.
template <class Scratch, class Body>
void over_rows(int64_t M, int64_t D, int64_t H, int64_t work, Scratch make_scratch, Body body) {
  parallel_for(M * D * H, std::max<int64_t>(kElementGrain / std::max<int64_t>(work, 1), 1),
               [&](int64_t begin, int64_t end) {
                 auto scratch = make_scratch();
                 for (int64_t i = begin; i < end; ++i) body(scratch, i / (D * H), i / H % D, i % H);
               });
}

}  // namespace

void avg_ranges(DType dtype, const RangePool& pool, const void* x, void* y) {
  const RangePool of = joined(pool);
  visit_floating(dtype, [&]<class T>() {
    over_rows(
        of.M, of.d.out(), of.h.out(), of.inputs() / (of.d.out() * of.h.out()),
        [&] { return std::vector<T>(of.w.in + kWidth<T>); },
        [&](std::vector<T>& buffer, int64_t m, int64_t d, int64_t h) {
          avg_row(of, static_cast<const T*>(x) + m * of.inputs(), d, h,
                  static_cast<T*>(y) + m * of.outputs() + (d * of.h.out() + h) * of.w.out(), buffer.data());
        });
  });
}

void avg_ranges_backward(DType dtype, const RangePool& pool, const void* dy, void* dx) {
  const RangePool of = joined(pool);
  const std::vector<int64_t> first_d = first_outputs(of.d), first_h = first_outputs(of.h);
  visit_floating(dtype, [&]<class T>() {
    over_rows(
        of.M, of.d.in, of.h.in, of.w.in, [] { return 0; },
        [&](int, int64_t m, int64_t d, int64_t h) {
          avg_row_backward(of, static_cast<const T*>(dy) + m * of.outputs(), d, first_d[d], h, first_h[h],
                           static_cast<T*>(dx) + m * of.inputs() + (d * of.h.in + h) * of.w.in);
        });
  });
}

void max_ranges(DType dtype, const RangePool& of, const void* x, void* y, int64_t* places) {
  visit_floating(dtype, [&]<class T>() {
    struct Scratch {
      std::vector<T> m;
      std::vector<Int<T>> at;
    };
    const int64_t columns = of.w.in + kWidth<T>;
    over_rows(
        of.M, of.d.out(), of.h.out(), of.inputs() / (of.d.out() * of.h.out()),
        [&] {
          return Scratch{std::vector<T>(columns), std::vector<Int<T>>(columns)};
        },
        [&](Scratch& scratch, int64_t m, int64_t d, int64_t h) {
          largest_of_columns(of, static_cast<const T*>(x) + m * of.inputs(), d, h, scratch.m.data(), scratch.at.data());
          const int64_t to = m * of.outputs() + (d * of.h.out() + h) * of.w.out();
          for (int64_t w = 0; w < of.w.out(); ++w) {
            const Best<T> best =
                largest_of_range(scratch.m.data(), scratch.at.data(), of.w.begin[w], of.w.end[w], of.w.step);
            static_cast<T*>(y)[to + w] = best.value;
            if (places) places[to + w] = best.row * of.w.in + best.column;
          }
        });
  });
}

void gather_places(DType dtype, int64_t M, int64_t inputs, int64_t outputs, const void* x, const int64_t* places,
                   void* y) {
  visit_floating(dtype, [&]<class T>() {
    parallel_for(M * outputs, kElementGrain / 4, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin, next; i < end; i = next) {  // plane by plane
        const T* plane = static_cast<const T*>(x) + i / outputs * inputs;
        next = std::min(end, (i / outputs + 1) * outputs);
        for (int64_t o = i; o < next; ++o) static_cast<T*>(y)[o] = plane[places[o]];
      }
    });
  });
}

void scatter_places(DType dtype, int64_t M, int64_t inputs, int64_t outputs, bool add, const void* x_,
                    const int64_t* places_, void* y_) {
  visit_floating(dtype, [&]<class T>() {
    const int64_t grain = std::max<int64_t>(kElementGrain / std::max<int64_t>(inputs + outputs, 1), 1);
    parallel_for(M, grain, [&](int64_t begin, int64_t end) {
      for (int64_t m = begin; m < end; ++m) {
        const T* x = static_cast<const T*>(x_) + m * inputs;
        const int64_t* places = places_ + m * inputs;
        T* y = static_cast<T*>(y_) + m * outputs;
        std::fill(y, y + outputs, T(0));
        if (add) {
          for (int64_t i = 0; i < inputs; ++i) y[places[i]] += x[i];
        } else {
          for (int64_t i = 0; i < inputs; ++i) y[places[i]] = x[i];
        }
      }
    });
  });
}

int64_t first_outside(int64_t n, int64_t outputs, const int64_t* places) {
  const auto outside = [&](int64_t p) { return static_cast<uint64_t>(p) >= static_cast<uint64_t>(outputs); };
  std::atomic<bool> any = false;
  parallel_for(n, kElementGrain, [&](int64_t begin, int64_t end) {
    bool found = false;
    for (int64_t i = begin; i < end; ++i) found |= outside(places[i]);
    if (found) any = true;
  });
  return any ? std::find_if(places, places + n, outside) - places : n;
}

}  // namespace dlcore::kernels
