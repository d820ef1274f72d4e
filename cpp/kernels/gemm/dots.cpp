// Vectors along k: three rows of the large side meet all of the few at a time, each pair with a sum of its own, whose
// lanes are added at the end. The few are packed along k, if they do not lie so, and kDepth of k is done for all rows
// before the next, so that what is met again and again stays in the first cache.
#include "kernels/gemm/dots.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/parallel.h"
#include "core/scratch.h"
#include "kernels/simd.h"

namespace dlcore::kernels {
namespace {

constexpr int kRows = simd::kRegisters == 32 ? 3 : 1;
constexpr int64_t kLeastDepth = 64;  // that repay adding up the lanes
constexpr int64_t kDepth = 1024;     // of the few: 32 KB in float32
constexpr int64_t kWork = 1 << 17;   // elements of the large side per piece, each of which memory brings once

// z[r, c] (+)= sum over p < k of x[r, p] y[c, p], for r < kCount, c < kFew.
template <class T>
struct Dots {
  int64_t k;
  const T* x;
  int64_t x_row;
  const T* y;
  int64_t y_row;
  T* z;
  int64_t z_row, z_col;
  bool add;
};

template <class T, int kCount, int kFew>
void run(const Dots<T>& dots) {
  using namespace simd;
  constexpr int kW = kWidth<T>;
  Vector<T> sum[kCount][kFew] = {};
  const auto step = [&](int64_t p, auto&& load_from) __attribute__((always_inline)) {
    Vector<T> x[kCount];
#pragma GCC unroll 3
    for (int r = 0; r < kCount; ++r) {
      x[r] = load_from(dots.x + r * dots.x_row + p);
      __builtin_prefetch(dots.x + (r + kCount) * dots.x_row +
                         p);  // the next rows: memory sees a page of each at a time
    }
#pragma GCC unroll 8
    for (int c = 0; c < kFew; ++c) {
      const Vector<T> y = load_from(dots.y + c * dots.y_row + p);
#pragma GCC unroll 3
      for (int r = 0; r < kCount; ++r) sum[r][c] += x[r] * y;
    }
  };
  int64_t p = 0;
  for (; p + kW <= dots.k; p += kW) step(p, [](const T* from) { return load(from); });
  if (p < dots.k) step(p, [n = dots.k - p](const T* from) { return load_part(from, n); });
#pragma GCC unroll 3
  for (int r = 0; r < kCount; ++r) {
#pragma GCC unroll 8
    for (int c = 0; c < kFew; ++c) {
      T& z = dots.z[r * dots.z_row + c * dots.z_col];
      z = simd::sum<T>(sum[r][c]) + (dots.add ? z : T{0});
    }
  }
}

template <class T>
void run(const Dots<T>& dots, int64_t rows, int64_t few) {
  using Function = void (*)(const Dots<T>&);
  static constexpr auto table = []<size_t... I>(std::index_sequence<I...>) {
    return std::array<std::array<Function, kFewDots>, 2>{{{run<T, 1, I + 1>...}, {run<T, kRows, I + 1>...}}};
  }
  (std::make_index_sequence<kFewDots>{});
  Dots<T> some = dots;
  for (int64_t r = 0; r < rows;) {
    const bool whole = rows - r >= kRows;
    some.x = dots.x + r * dots.x_row;
    some.z = dots.z + r * dots.z_row;
    table[whole][few - 1](some);
    r += whole ? kRows : 1;
  }
}

// z (rows, few) = x y^T, for x with elements side by side along k, and y (few, k) of any strides.
template <class T>
void multiply(const Strided<T>& x, const Strided<T>& y, int64_t rows, int64_t few, int64_t k, T* z, int64_t z_row,
              int64_t z_col, bool add) {
  const bool packs = y.col_stride != 1;
  const Scratch<T> packed = packs ? Scratch<T>(few * k) : Scratch<T>();
  if (packs) pack(y, few, k, packed.data(), k);
  const Strided<T> along = packs ? Strided<T>{packed.data(), k, 1} : y;
  parallel_for(rows, std::max<int64_t>(kRows, kWork / k / kRows * kRows), [&](int64_t begin, int64_t end) {
    for (int64_t p = 0; p < k; p += kDepth) {
      run<T>({std::min(kDepth, k - p), x.at(begin, p), x.row_stride, along.at(0, p), along.row_stride,
              z + begin * z_row, z_row, z_col, add || p > 0},
             end - begin, few);
    }
  });
}

}  // namespace

template <class T>
bool is_few_dots(const Product<T>& of) {
  return of.k >= kLeastDepth &&
         ((of.n <= kFewDots && of.a.col_stride == 1) || (of.m <= kFewDots && of.b.row_stride == 1));
}

template <class T>
void multiply_few_dots(const Product<T>& of) {
  if (of.n <= kFewDots && of.a.col_stride == 1)
    return multiply(of.a, of.b.transposed(), of.m, of.n, of.k, of.c, of.c_row, int64_t{1}, of.add);
  multiply(of.b.transposed(), of.a, of.n, of.m, of.k, of.c, int64_t{1}, of.c_row, of.add);
}

template bool is_few_dots(const Product<float>&);
template bool is_few_dots(const Product<double>&);
template void multiply_few_dots(const Product<float>&);
template void multiply_few_dots(const Product<double>&);

}  // namespace dlcore::kernels
