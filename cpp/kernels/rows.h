#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "kernels/elementwise.h"
#include "kernels/simd.h"

// NOTE [Rows in passes]
// A row that comes from memory once and is met by several passes while it is in the cache: its sum, its squares, its
// result. f(at) gives a vector of what a pass asks for, where at(x) is that vector of x: a whole one, or what is left
// at the end of the row.
namespace dlcore::kernels {

inline constexpr int64_t kRowRun = 1024;  // elements added in T before they are in double: no digits of a long row lost

template <class T>
struct AtVector {
  int64_t d;
  [[gnu::always_inline]] simd::Vector<T> operator()(const T* x) const { return simd::load(x + d); }
};
template <class T>
struct AtRest {
  int64_t d, count;
  [[gnu::always_inline]] simd::Vector<T> operator()(const T* x) const { return simd::load_part(x + d, count); }
};

template <class T, class F>
[[gnu::always_inline]] inline double sum_of_row(int64_t n, const F& f) {
  constexpr int kW = simd::kWidth<T>, kSums = 4;  // at once: an addition takes four cycles, and two begin in each
  double total = 0;
  for (int64_t begin = 0; begin < n; begin += kRowRun) {
    const int64_t end = std::min(n, begin + kRowRun);
    simd::Vector<T> sums[kSums] = {};
    int64_t d = begin;
    for (; d + kSums * kW <= end; d += kSums * kW) {
#pragma GCC unroll 4
      for (int k = 0; k < kSums; ++k) sums[k] += f(AtVector<T>{d + k * kW});
    }
    for (; d + kW <= end; d += kW) sums[0] += f(AtVector<T>{d});
    if (d < end) {
      sums[1] += simd::choose<T>(simd::first<T>(end - d), f(AtRest<T>{d, end - d}), simd::Vector<T>{});
    }
    total += simd::sum<T>((sums[0] + sums[1]) + (sums[2] + sums[3]));
  }
  return total;
}

// The largest, as if NaN were none.
template <class T, class F>
[[gnu::always_inline]] inline T largest_of_row(int64_t n, const F& f) {
  constexpr int kW = simd::kWidth<T>, kTops = 4;
  const simd::Vector<T> lowest = simd::broadcast(-std::numeric_limits<T>::infinity());
  simd::Vector<T> tops[kTops] = {lowest, lowest, lowest, lowest};
  int64_t d = 0;
  for (; d + kTops * kW <= n; d += kTops * kW) {
#pragma GCC unroll 4
    for (int k = 0; k < kTops; ++k) tops[k] = simd::larger<T>(f(AtVector<T>{d + k * kW}), tops[k]);
  }
  for (; d + kW <= n; d += kW) tops[0] = simd::larger<T>(f(AtVector<T>{d}), tops[0]);
  if (d < n)
    tops[1] = simd::choose<T>(simd::first<T>(n - d), simd::larger<T>(f(AtRest<T>{d, n - d}), tops[1]), tops[1]);
  return simd::largest<T>(simd::larger<T>(simd::larger<T>(tops[0], tops[1]), simd::larger<T>(tops[2], tops[3])));
}

template <class T, class F>
[[gnu::always_inline]] inline void write_row(int64_t n, T* y, bool streams, const F& f) {
  constexpr int kW = simd::kWidth<T>;
  int64_t d = 0;
  if (streams) {
    for (; d + kW <= n; d += kW) simd::stream(y + d, f(AtVector<T>{d}));
  } else {
    for (; d + kW <= n; d += kW) simd::store<T>(y + d, f(AtVector<T>{d}));
  }
  if (d < n) simd::store_part<T>(y + d, f(AtRest<T>{d, n - d}), n - d);
}

// Whether rows y (rows, n) are better written past the caches: they would not hold them, and each begins where a vector
// does. Who writes so calls simd::stream_end() at the end of a piece.
template <class T>
bool streams_rows(const T* y, int64_t rows, int64_t n) {
  const int64_t bytes = n * static_cast<int64_t>(sizeof(T));
  return rows * bytes >= kStreamed && bytes % simd::kVectorBytes == 0 &&
         reinterpret_cast<uintptr_t>(y) % simd::kVectorBytes == 0;
}

}  // namespace dlcore::kernels
