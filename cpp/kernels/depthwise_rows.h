#pragma once

#include "kernels/windows.h"

// The inner loops of depthwise convolution: sums over taps, for a block of rows whose windows lie in a scratch (NOTE
// [Windows by vectors]). A dense 3x3 kernel of stride 2 loads each vector of a row once for all the rows of the
// block that see it, so that it is bound by multiplications and not by loads, most of which cross a cache line. A
// kernel of any other shape loads a vector for each tap, which memory mostly hides.
namespace dlcore::kernels::depthwise_rows {

using simd::kRegisters;

// body(integral_constant<int, 0>), ... of n - 1: loops that must be gone, so that arrays become registers.
template <int n, class Body>
[[gnu::always_inline]] inline void unrolled(Body body) {
  [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
    (body(std::integral_constant<int, i>{}), ...);
  }
  (std::make_integer_sequence<int, n>{});
}

// Rows of a block of two vectors and of one: at least eight sums, as an addition takes four cycles and two begin in
// each; of two vectors no more than registers hold, with the weights of one column.
inline constexpr int kRows = 4, kTallRows = 8, kWideRows = kRegisters >= 32 ? kTallRows : kRows;

// Taps k, l of windows in prepared rows: rows[r * step + row_at[k] + column_at[l] + j], for output row r, column j.
template <class T>
struct Taps {
  std::vector<int64_t> row_at, column_at;
  bool dense = false;  // whether row_at[k] = k pitch, and step is `stride` of these
  int64_t stride = 0, pitch = 0;
  int64_t size() const { return static_cast<int64_t>(row_at.size() * column_at.size()); }
  bool is(size_t kh, size_t kw, int64_t s) const {
    return dense && row_at.size() == kh && column_at.size() == kw && stride == s;
  }
};

// Where sums go, and what they begin with: a number, or what is there.
template <class T>
struct Target {
  T* y;
  int64_t step;  // from row to row
  T first;
  bool add;
};

template <class T, int R, int V, class Sum>
[[gnu::always_inline]] inline void block(const Target<T>& to, int64_t j, int64_t columns, Sum sum) {
  constexpr int W = kWidth<T>;
  Vector<T> acc[R][V];
  const int64_t last = std::min<int64_t>(columns - j - (V - 1) * W, W);  // of the last vector
  unrolled<R>([&](auto r) __attribute__((always_inline)) {
    unrolled<V>([&](auto v) __attribute__((always_inline)) {
      const T* y = to.y + r * to.step + j + v * W;
      acc[r][v] = !to.add ? simd::broadcast(to.first) : v == V - 1 ? simd::load_part(y, last) : simd::load(y);
    });
  });
  sum(acc);
  unrolled<R>([&](auto r) __attribute__((always_inline)) {
    unrolled<V>([&](auto v) __attribute__((always_inline)) {
      T* y = to.y + r * to.step + j + v * W;
      if (v < V - 1) {
        simd::store(y, acc[r][v]);
      } else {
        simd::store_part(y, acc[r][v], last);
      }
    });
  });
}

template <class T, int KH, int KW, int S, int R>
[[gnu::noinline]] void dense_rows(const T* rows, const Taps<T>& taps, const T* w, Target<T> to, int64_t blocks,
                                  int64_t columns) {
  const int64_t pitch = taps.pitch;
  int64_t at[KW];
  unrolled<KW>([&](auto l) __attribute__((always_inline)) { at[l] = taps.column_at[l]; });
  const auto sums = [&]<int V>(std::integral_constant<int, V>, int64_t j) __attribute__((always_inline)) {
    asm("" : "+r"(w));  // no weight is kept from one block to the next: they would take all registers, and more
    block<T, R, V>(
        to, j, columns, [&](auto& acc) __attribute__((always_inline)) {
          unrolled<KW>([&](auto l) __attribute__((always_inline)) {
            Vector<T> weights[KH];  // of a column
            unrolled<KH>([&](auto k) __attribute__((always_inline)) { weights[k] = simd::broadcast(w[k * KW + l]); });
            const T* row = rows + at[l] + j;
            unrolled<(R - 1) * S + KH>([&](auto i) __attribute__((always_inline)) {
              asm("" : "+r"(row));  // one pointer moves on, where the compiler would hold one for each row and column
              unrolled<V>([&](auto v) __attribute__((always_inline)) {
                const Vector<T> x = simd::load_once(row + v * kWidth<T>);
                unrolled<R>([&](auto r) __attribute__((always_inline)) {
                  constexpr int k = i - r * S;
                  if constexpr (k >= 0 && k < KH) acc[r][v] += weights[k] * x;
                });
              });
              row += pitch;
            });
          });
        });
  };
  for (; blocks > 0; --blocks, rows += R * S * pitch, to.y += R * to.step) {
    int64_t j = 0;
    if constexpr (R <= kWideRows) {
      for (; columns - j > kWidth<T>; j += 2 * kWidth<T>) sums(std::integral_constant<int, 2>{}, j);
    }
    for (; j < columns; j += kWidth<T>) sums(std::integral_constant<int, 1>{}, j);
  }
}

template <class T, int R>
[[gnu::noinline]] void any_rows(const T* rows, int64_t step, const Taps<T>& taps, const T* w, Target<T> to,
                                int64_t blocks, int64_t columns) {
  const auto sums = [&]<int V>(std::integral_constant<int, V>, int64_t j) __attribute__((always_inline)) {
    block<T, R, V>(
        to, j, columns, [&](auto& acc) __attribute__((always_inline)) {
          const T* weight = w;
          for (const int64_t row : taps.row_at) {
            for (const int64_t column : taps.column_at) {
              const Vector<T> by = simd::broadcast(*weight++);
              const T* x = rows + row + column + j;
              unrolled<R>([&](auto r) __attribute__((always_inline)) {
                unrolled<V>([&](auto v) __attribute__((always_inline)) {
                  acc[r][v] += by * simd::load(x + r * step + v * kWidth<T>);
                });
              });
            }
          }
        });
  };
  for (; blocks > 0; --blocks, rows += R * step, to.y += R * to.step) {
    int64_t j = 0;
    if constexpr (R <= kWideRows) {
      for (; columns - j > kWidth<T>; j += 2 * kWidth<T>) sums(std::integral_constant<int, 2>{}, j);
    }
    for (; j < columns; j += kWidth<T>) sums(std::integral_constant<int, 1>{}, j);
  }
}

// y[r][j] = first + sum over taps of w x, for `count` rows.
template <class T>
void convolve(const T* rows, int64_t step, const Taps<T>& taps, const T* w, const Target<T>& to, int64_t count,
              int64_t columns) {
  int64_t r = 0;
  const auto some = [&]<int R>(std::integral_constant<int, R>, int64_t blocks) {
    const T* from = rows + r * step;
    const Target<T> into{to.y + r * to.step, to.step, to.first, to.add};
    r += blocks * R;
    if constexpr (R > 1 && sizeof(T) == 4) {  // in float64 it would not be worth the time to compile
      if (taps.is(3, 3, 2)) return dense_rows<T, 3, 3, 2, R>(from, taps, w, into, blocks, columns);
    }
    any_rows<T, R>(from, step, taps, w, into, blocks, columns);
  };
  constexpr std::integral_constant<int, 1> kSingle;
  constexpr std::integral_constant<int, kRows> kBlock;
  constexpr std::integral_constant<int, kTallRows> kTall;
  // Where nothing is added to, some rows for the second time cost less than rows one by one.
  const bool again = !to.add;
  if (columns <= kWidth<T> || kWideRows == kTallRows) {
    if (count >= kTallRows) some(kTall, count / kTallRows);
    if (again && r > 0 && count - r > kRows) {
      r = count - kTallRows;
      some(kTall, 1);
    }
  }
  if (count - r >= kRows) some(kBlock, (count - r) / kRows);
  if (again && r > 0 && r < count) {
    r = count - kRows;
    some(kBlock, 1);
  }
  if (r < count) some(kSingle, count - r);
}

// ---- The gradient to weights: sums over a plane of dy x, for each tap ----

// R rows at a time: a vector of x meets the R of dy that see it.
template <class T, int KH, int KW, int S, int R>
[[gnu::noinline]] void dense_products(const T* rows, const Taps<T>& taps, const T* dy, int64_t dy_step, int64_t count,
                                      int64_t columns, double* dw) {
  constexpr int W = kWidth<T>;
  const int64_t pitch = taps.pitch, step = S * pitch;
  Vector<T> acc[KH * KW] = {};
  int64_t at[KW];
  unrolled<KW>([&](auto l) __attribute__((always_inline)) { at[l] = taps.column_at[l]; });
  const auto add = [&]<int N>(std::integral_constant<int, N>, int64_t r, int64_t j, int64_t n, auto whole)
      __attribute__((always_inline)) {
    const T *x = rows + r * step + j, *g = dy + r * dy_step + j;
    Vector<T> gs[N];
    unrolled<N>([&](auto i) __attribute__((always_inline)) {
      gs[i] = whole ? simd::load(g + i * dy_step) : simd::load_part(g + i * dy_step, n);
    });
    unrolled<(N - 1) * S + KH>([&](auto i) __attribute__((always_inline)) {
      asm("" : "+r"(x));
      unrolled<KW>([&](auto l) __attribute__((always_inline)) {
        // What stands behind the last column must not count, not even as 0 times infinity.
        const T* p = x + at[l];
        const Vector<T> v = whole ? simd::load(p) : simd::load_part(p, n);
        unrolled<N>([&](auto o) __attribute__((always_inline)) {
          constexpr int k = i - o * S;
          if constexpr (k >= 0 && k < KH) acc[k * KW + l] += gs[o] * v;
        });
      });
      x += pitch;
    });
  };
  const auto strip = [&](int64_t j, int64_t n, auto whole) __attribute__((always_inline)) {
    int64_t r = 0;
    for (; r + R <= count; r += R) add(std::integral_constant<int, R>{}, r, j, n, whole);
    for (; r < count; ++r) add(std::integral_constant<int, 1>{}, r, j, n, whole);
  };
  int64_t j = 0;
  for (; j + W <= columns; j += W) strip(j, W, std::true_type{});
  if (j < columns) strip(j, columns - j, std::false_type{});
  unrolled<KH * KW>([&](auto t) __attribute__((always_inline)) { dw[t] += simd::sum<T>(acc[t]); });
}

template <class T>
[[gnu::noinline]] void any_products(const T* rows, int64_t step, const Taps<T>& taps, const T* dy, int64_t dy_step,
                                    int64_t count, int64_t columns, double* dw) {
  constexpr int W = kWidth<T>, kTaps = 8;  // at a time, with as many sums
  for (int64_t first = 0; first < taps.size(); first += kTaps) {
    const T* at[kTaps];
    const auto width = static_cast<int64_t>(taps.column_at.size());
    for (int64_t t = 0; t < kTaps; ++t) {
      const int64_t tap = std::min(first + t, taps.size() - 1);
      at[t] = rows + taps.row_at[tap / width] + taps.column_at[tap % width];
    }
    Vector<T> acc[kTaps] = {};
    for (int64_t r = 0; r < count; ++r) {
      const T* g = dy + r * dy_step;
      int64_t j = 0;
      for (; j + W <= columns; j += W) {
        const Vector<T> by = simd::load(g + j);
        unrolled<kTaps>([&](auto t)
                            __attribute__((always_inline)) { acc[t] += by * simd::load(at[t] + r * step + j); });
      }
      if (j == columns) continue;
      const Vector<T> by = simd::load_part(g + j, columns - j);
      unrolled<kTaps>([&](auto t) __attribute__((always_inline)) {
        acc[t] += by * simd::load_part(at[t] + r * step + j, columns - j);
      });
    }
    for (int64_t t = 0; t < std::min<int64_t>(kTaps, taps.size() - first); ++t) dw[first + t] += simd::sum<T>(acc[t]);
  }
}

// dw[tap] += sum over `count` rows of dy x.
template <class T>
void products(const T* rows, int64_t step, const Taps<T>& taps, const T* dy, int64_t dy_step, int64_t count,
              int64_t columns, double* dw) {
  constexpr int kTogether = kRegisters >= 32 ? 4 : 2;
  if constexpr (sizeof(T) == 4) {
    if (taps.is(3, 3, 2)) return dense_products<T, 3, 3, 2, kTogether>(rows, taps, dy, dy_step, count, columns, dw);
  }
  any_products(rows, step, taps, dy, dy_step, count, columns, dw);
}

}  // namespace dlcore::kernels::depthwise_rows
