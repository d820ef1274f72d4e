#pragma once

#include "kernels/depthwise_rows.h"

// The inner loops of depthwise convolution where neighbouring outputs see neighbouring elements, for kernels of known
// sizes: nothing is copied. Vectors are read from the plane itself, those at its sides in part; rows above and below it
// are left out. A vector of a row is read once for each column of the kernel, and meets all the rows of a block that
// see it.
namespace dlcore::kernels::depthwise_dense {

using depthwise_rows::Target;
using depthwise_rows::unrolled;

// Output row r and column j see the elements (top + r + k, left + j + l) of a plane; outside of it there are zeros.
template <class T>
struct Plane {
  const T* data;
  int64_t H, W, top, left;

  bool has_row(int64_t row) const { return static_cast<uint64_t>(row) < static_cast<uint64_t>(H); }
  // Whether vectors from output column j on, and those up to `reach` columns further, lie inside.
  bool has_columns(int64_t j, int64_t vectors, int64_t reach) const {
    return left + j >= 0 && left + j + vectors * kWidth<T> + reach <= W;
  }
  // Of a vector that begins at a column, those of the first n lanes that lie inside.
  simd::Lanes<T> inside(int64_t column, int64_t n) const {
    const int64_t from = std::clamp<int64_t>(-column, 0, n);
    return simd::lanes<T>(from, std::clamp<int64_t>(W - column, from, std::max(from, n)));
  }
};

// R rows of V vectors.
template <class T, int KH, int KW, int R, int V, bool kInside>
[[gnu::always_inline]] inline void add_block(const Plane<T>& x, const T* w, const Target<T>& to, int64_t r, int64_t j,
                                             int64_t columns) {
  asm("" : "+r"(w));  // no weight is kept from one block to the next: they would take all registers, and more
  depthwise_rows::block<T, R, V>(
      to, j, columns, [&](auto& acc) __attribute__((always_inline)) {
        unrolled<KW>([&](auto l) __attribute__((always_inline)) {
          Vector<T> weights[KH];  // of a column
          unrolled<KH>([&](auto k) __attribute__((always_inline)) { weights[k] = simd::broadcast(w[k * KW + l]); });
          const int64_t column = x.left + j + l;
          simd::Lanes<T> lanes[V] = {};
          if constexpr (!kInside) {
            for (int v = 0; v < V; ++v) lanes[v] = x.inside(column + v * kWidth<T>, kWidth<T>);
          }
          const T* row = x.data + (x.top + r) * x.W + column;
          unrolled<R + KH - 1>([&](auto i) __attribute__((always_inline)) {
            asm("" : "+r"(row));  // one pointer moves on, where the compiler would hold one for each row and column
            if (x.has_row(x.top + r + i)) {
              unrolled<V>([&](auto v) __attribute__((always_inline)) {
                const T* p = row + v * kWidth<T>;
                const Vector<T> values = kInside ? simd::load_once(p) : simd::load_lanes<T>(p, lanes[v]);
                unrolled<R>([&](auto o) __attribute__((always_inline)) {
                  constexpr int k = i - o;
                  if constexpr (k >= 0 && k < KH) acc[o][v] += weights[k] * values;
                });
              });
            }
            row += x.W;
          });
        });
      });
}

template <class T, int KH, int KW, int R>
[[gnu::noinline]] void add_rows(const Plane<T>& x, const T* w, Target<T> to, int64_t first, int64_t blocks,
                                int64_t columns) {
  constexpr int kVectors = R <= depthwise_rows::kWideRows ? 2 : 1;
  to.y += first * to.step;
  for (int64_t r = first; blocks > 0; --blocks, r += R, to.y += R * to.step) {
    for (int64_t j = 0; j < columns;) {
      if (columns - j > (kVectors - 1) * kWidth<T> && x.has_columns(j, kVectors, KW - 1)) {
        add_block<T, KH, KW, R, kVectors, true>(x, w, to, r, j, columns);
        j += kVectors * kWidth<T>;
      } else {
        add_block<T, KH, KW, R, 1, false>(x, w, to, r, j, columns);
        j += kWidth<T>;
      }
    }
  }
}

template <class T, int KH, int KW>
void convolve(const Plane<T>& x, const T* w, const Target<T>& to, int64_t rows, int64_t columns) {
  using depthwise_rows::kRows;
  using depthwise_rows::kTallRows;
  constexpr int kMost = depthwise_rows::kWideRows == kTallRows ? kTallRows : kRows;
  int64_t r = rows / kMost * kMost;
  add_rows<T, KH, KW, kMost>(x, w, to, 0, rows / kMost, columns);
  if (kMost > kRows && rows - r >= kRows) {
    add_rows<T, KH, KW, kRows>(x, w, to, r, 1, columns);
    r += kRows;
  }
  if (r == rows) return;
  // Where nothing is added to, some rows for the second time cost less than rows one by one.
  if (!to.add && r > 0) return add_rows<T, KH, KW, kRows>(x, w, to, rows - kRows, 1, columns);
  add_rows<T, KH, KW, 1>(x, w, to, r, rows - r, columns);
}

// dw[tap] += sum of dy x, for rows of dy `step` apart: a vector of x meets the R of dy that see it.
template <class T, int KH, int KW>
[[gnu::noinline]] void products(const Plane<T>& x, const T* dy, int64_t step, int64_t rows, int64_t columns,
                                double* dw) {
  constexpr int R = KH > 3 ? 2 : simd::kRegisters >= 32 ? 4 : 2;
  Vector<T> acc[KH * KW] = {};
  const auto add = [&]<int N, bool kInside>(std::integral_constant<int, N>, std::bool_constant<kInside>, int64_t r,
                                            int64_t j) __attribute__((always_inline)) {
    const T* g = dy + r * step + j;
    const int64_t n = std::min<int64_t>(columns - j, kWidth<T>);
    Vector<T> gs[N];
    unrolled<N>([&](auto i) __attribute__((always_inline)) {
      gs[i] = kInside ? simd::load(g + i * step) : simd::load_part(g + i * step, n);
    });
    simd::Lanes<T> lanes[KW] = {};
    if constexpr (!kInside) {  // what stands behind the last column must not count, not even as 0 times infinity
      for (int l = 0; l < KW; ++l) lanes[l] = x.inside(x.left + j + l, n);
    }
    const T* row = x.data + (x.top + r) * x.W + x.left + j;
    unrolled<N + KH - 1>([&](auto i) __attribute__((always_inline)) {
      asm("" : "+r"(row));
      if (x.has_row(x.top + r + i)) {
        unrolled<KW>([&](auto l) __attribute__((always_inline)) {
          const Vector<T> values = kInside ? simd::load_once(row + l) : simd::load_lanes<T>(row + l, lanes[l]);
          unrolled<N>([&](auto o) __attribute__((always_inline)) {
            constexpr int k = i - o;
            if constexpr (k >= 0 && k < KH) acc[k * KW + l] += gs[o] * values;
          });
        });
      }
      row += x.W;
    });
  };
  const auto strip = [&](auto inside, int64_t j) __attribute__((always_inline)) {
    int64_t r = 0;
    for (; r + R <= rows; r += R) add(std::integral_constant<int, R>{}, inside, r, j);
    for (; r < rows; ++r) add(std::integral_constant<int, 1>{}, inside, r, j);
  };
  for (int64_t j = 0; j < columns; j += kWidth<T>) {
    if (j + kWidth<T> <= columns && x.has_columns(j, 1, KW - 1)) {
      strip(std::true_type{}, j);
    } else {
      strip(std::false_type{}, j);
    }
  }
  unrolled<KH * KW>([&](auto t) __attribute__((always_inline)) { dw[t] += simd::sum<T>(acc[t]); });
}

// f<KH, KW>() for the kernels that have these loops; false for the others. In float64, 5x5 would not be worth the time
// to compile.
template <class T, class F>
bool for_kernel(int64_t KH, int64_t KW, F f) {
  if (KH == 3 && KW == 3) return f.template operator()<3, 3>(), true;
  if constexpr (sizeof(T) == 4) {
    if (KH == 5 && KW == 5) return f.template operator()<5, 5>(), true;
  }
  return false;
}

}  // namespace dlcore::kernels::depthwise_dense
