// Compiled for each number of rows, so that the last rows of a matrix cost what they are: 14 rows of 64 are left after
// 50, and a product with few rows is a common one.
#include "kernels/gemm/micro_kernel.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dlcore::kernels {
namespace {

template <class T>
struct Block {
  T* data;
  int64_t row_stride;
  int rows, cols;
};

template <class T>
[[gnu::noinline]] void copy(const Block<T>& from, const Block<T>& to) {
  for (int i = 0; i < from.rows; ++i) {
    std::copy_n(from.data + i * from.row_stride, from.cols, to.data + i * to.row_stride);
  }
}

template <class T, int kRows, int kVectors>
void run(const TileProduct<T>& tile) {
  using namespace simd;
  constexpr int kW = kWidth<T>;
  Vector<T> sum[kRows][kVectors] = {};
  const T *a = tile.a, *b = tile.b;
  const int64_t a_row = tile.a_row, a_col = tile.a_col, b_row = tile.b_row;
  for (int64_t p = tile.k; p > 0; --p, a += a_col, b += b_row) {
    Vector<T> row[kVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) row[v] = load(b + v * kW);
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
      const Vector<T> x = broadcast(a[i * a_row]);
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) sum[i][v] += x * row[v];
    }
  }
  // Whole vectors alone are written to C; a narrower tile goes by way of a buffer.
  T narrow[kRows * kVectors * kW];
  const bool whole = tile.cols == kVectors * kW;
  const Block<T> c{tile.c, tile.c_row, tile.rows, tile.cols}, out = whole ? c : Block<T>{narrow, kVectors * kW, 0, 0};
  if (tile.add) {
    if (!whole) copy(c, out);
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) sum[i][v] += load(out.data + i * out.row_stride + v * kW);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) store<T>(out.data + i * out.row_stride + v * kW, sum[i][v]);
  }
  if (!whole) copy(Block<T>{narrow, kVectors * kW, tile.rows, tile.cols}, c);
}

template <class T>
using Run = void (*)(const TileProduct<T>&);

template <class T, int kVectors, size_t... I>
constexpr std::array<Run<T>, sizeof...(I)> kernels_of(std::index_sequence<I...>) {
  return {run<T, I + 1, kVectors>...};
}

}  // namespace

template <class T>
void multiply_tile(const TileProduct<T>& tile) {
  static constexpr auto kRows = std::make_index_sequence<kTileRows>{};
  static constexpr std::array kOne = kernels_of<T, 1>(kRows), kTwo = kernels_of<T, 2>(kRows);
  (tile.cols <= simd::kWidth<T> ? kOne : kTwo)[tile.rows - 1](tile);
}

template void multiply_tile(const TileProduct<float>&);
template void multiply_tile(const TileProduct<double>&);

}  // namespace dlcore::kernels
