// Where the columns of x lie apart but its rows end to end, squares of a vector's width are turned in registers: W
// loads, W log2(W) shuffles and W stores for W^2 elements, against as many loads and stores as elements.
#include "kernels/gemm/pack.h"

#include <algorithm>

#include "kernels/simd.h"

namespace dlcore::kernels {
namespace {

using namespace simd;

// a0 b0 a1 b1 ... of the lower halves of a and b, or of the upper ones.
template <class T, bool kUpper>
[[gnu::always_inline]] inline Vector<T> interleave(Vector<T> a, Vector<T> b) {
  return [&]<int... kLane>(std::integer_sequence<int, kLane...>) __attribute__((always_inline)) {
    constexpr int kW = kWidth<T>;
    return __builtin_shufflevector(a, b, (kLane / 2 + (kUpper ? kW / 2 : 0) + (kLane % 2) * kW)...);
  }
  (std::make_integer_sequence<int, kWidth<T>>{});
}

// Interleaving row i with row i + W/2 moves one bit of a row's number into the column's: after log2(W) times, all.
template <class T>
[[gnu::always_inline]] inline void transpose(Vector<T> (&rows)[kWidth<T>]) {
  constexpr int kW = kWidth<T>;
#pragma GCC unroll 4
  for (int step = 1; step < kW; step *= 2) {
    Vector<T> next[kW];
#pragma GCC unroll 16
    for (int i = 0; i < kW / 2; ++i) {
      next[2 * i] = interleave<T, false>(rows[i], rows[i + kW / 2]);
      next[2 * i + 1] = interleave<T, true>(rows[i], rows[i + kW / 2]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < kW; ++i) rows[i] = next[i];
  }
}

// cols <= W columns, each contiguous, `apart` elements from one to the next; of each packed row, `kept` are written.
template <class T>
[[gnu::noinline]] void pack_columns(const T* x, int64_t apart, int64_t rows, int64_t cols, T* packed, int64_t width,
                                    int64_t kept) {
  constexpr int kW = kWidth<T>;
  const auto square = [&](int64_t begin, int64_t count, auto&& load_from) {
    Vector<T> columns[kW];
#pragma GCC unroll 16
    for (int j = 0; j < kW; ++j) columns[j] = j < cols ? load_from(x + j * apart + begin) : Vector<T>{};
    transpose<T>(columns);
#pragma GCC unroll 16
    for (int p = 0; p < kW; ++p) {
      if (p < count) store_part<T>(packed + (begin + p) * width, columns[p], kept);
    }
  };
  int64_t p = 0;
  for (; p + kW <= rows; p += kW) square(p, kW, [](const T* from) { return load(from); });
  if (p < rows) square(p, rows - p, [&](const T* from) { return load_part(from, rows - p); });
}

// Rows that lie end to end are read as far as they go, as memory likes it, and shared out among the panels.
template <class T>
void pack_rows(const Strided<T>& x, int64_t rows, int64_t cols, T* packed, int64_t width) {
  constexpr int kW = kWidth<T>;
  const int64_t whole = width == 2 * kW ? cols / width * width : 0;
  for (int64_t p = 0; p < rows; ++p) {
    const T* from = x.at(p, 0);
    T* to = packed + p * width;
    for (int64_t j = 0; j < whole; j += 2 * kW, to += rows * width) {
      store<T>(to, load(from + j));
      store<T>(to + kW, load(from + j + kW));
    }
    for (int64_t j = whole; j < cols; j += width, to += rows * width) {
      const int64_t count = std::min(width, cols - j);
      for (int64_t v = 0; v < width; v += kW) {
        const int64_t kept = std::min<int64_t>(kW, width - v);
        store_part<T>(to + v, load_part(from + j + v, std::clamp<int64_t>(count - v, 0, kept)), kept);
      }
    }
  }
}

}  // namespace

template <class T>
void pack(const Strided<T>& x, int64_t rows, int64_t cols, T* packed, int64_t width) {
  constexpr int kW = kWidth<T>;
  if (x.col_stride == 1) return pack_rows(x, rows, cols, packed, width);
  for (int64_t j = 0; j < cols; j += width, packed += rows * width) {
    const int64_t count = std::min(width, cols - j);
    if (x.row_stride == 1) {
      for (int64_t v = 0; v < width; v += kW) {
        pack_columns(x.at(0, j + v), x.col_stride, rows, std::clamp<int64_t>(count - v, 0, kW), packed + v, width,
                     std::min<int64_t>(kW, width - v));
      }
      continue;
    }
    for (int64_t p = 0; p < rows; ++p) {
      for (int64_t c = 0; c < width; ++c) packed[p * width + c] = c < count ? *x.at(p, j + c) : T{0};
    }
  }
}

template void pack(const Strided<float>&, int64_t, int64_t, float*, int64_t);
template void pack(const Strided<double>&, int64_t, int64_t, double*, int64_t);

}  // namespace dlcore::kernels
