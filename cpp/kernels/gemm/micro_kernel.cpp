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
[[gnu::noinline]] void copy_block(const Block<T>& from, const Block<T>& to) {
  for (int i = 0; i < from.rows; ++i) {
    std::copy_n(from.data + i * from.row_stride, from.cols, to.data + i * to.row_stride);
  }
}

// Where A's rows lie end to end, or its columns as in a packed panel, one pointer and constants find its elements.
enum class Lies { kAnyhow, kByRows, kByColumns };

// What comes to the caches meanwhile: nothing, B itself, or what another tile will read.
enum class Reads { kCached, kNewB, kAhead };

template <class T, int kRows, int kVectors, Lies kA = Lies::kAnyhow, Reads kReads = Reads::kCached>
void run(const TileProduct<T>& tile) {
  using namespace simd;
  constexpr int kW = kWidth<T>;
  Vector<T> sum[kRows][kVectors] = {};
  const T *a = tile.a, *b = tile.b;
  const int64_t a_row = kA == Lies::kByColumns ? 1 : tile.a_row, a_col = kA == Lies::kByRows ? 1 : tile.a_col;
  const int64_t b_row = tile.b_row;
  [[maybe_unused]] T* copy = tile.copy_of_b;
  [[maybe_unused]] const T* ahead = tile.ahead;
  const auto step = [&](const T* a) __attribute__((always_inline)) {
    Vector<T> row[kVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) row[v] = load(b + v * kW);
    b += b_row;
    if constexpr (kReads == Reads::kAhead) {
      __builtin_prefetch(ahead, 0, 2);
      ahead += tile.ahead_row;
    }
    if constexpr (kReads == Reads::kNewB) {  // its rows may lie too far apart for the processor to foresee
      constexpr int kAhead = 8;
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
        __builtin_prefetch(b + kAhead * b_row + v * kW);
        __builtin_prefetch(b + (kVectors + v) * kW, 0, 2);  // the next tile's, to the second cache
      }
      if (copy) {
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) store<T>(copy + v * kW, row[v]);
        copy += kVectors * kW;
      }
    }
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
      const Vector<T> x = broadcast(a[i * a_row]);
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) sum[i][v] += x * row[v];
    }
  };
  int64_t p = tile.k;
  if constexpr (kA != Lies::kAnyhow) {  // 5 % of the time goes to what the loop itself needs
    constexpr int kSteps = 4;
    for (; p >= kSteps; p -= kSteps, a += kSteps * a_col) {
#pragma GCC unroll 4
      for (int s = 0; s < kSteps; ++s) step(a + s * a_col);
    }
  }
  for (; p > 0; --p, a += a_col) step(a);

  // Whole vectors alone are written to C; a narrower tile goes by way of a buffer.
  T narrow[kRows * kVectors * kW];
  const bool whole = tile.cols == kVectors * kW;
  const Block<T> c{tile.c, tile.c_row, tile.rows, tile.cols}, out = whole ? c : Block<T>{narrow, kVectors * kW, 0, 0};
  if (tile.add) {
    if (!whole) copy_block(c, out);
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
  if (!whole) copy_block(Block<T>{narrow, kVectors * kW, tile.rows, tile.cols}, c);
}

template <class T>
using Run = void (*)(const TileProduct<T>&);

template <class T, int kVectors, Reads kReads, size_t... I>
constexpr std::array<Run<T>, sizeof...(I)> kernels_of(std::index_sequence<I...>) {
  return {run<T, I + 1, kVectors, Lies::kAnyhow, kReads>...};
}

template <class T, Lies kA>
void run_whole(const TileProduct<T>& tile) {
  if (tile.b_is_new) return run<T, kTileRows, 2, kA, Reads::kNewB>(tile);
  (tile.ahead ? run<T, kTileRows, 2, kA, Reads::kAhead> : run<T, kTileRows, 2, kA>)(tile);
}

}  // namespace

template <class T>
void multiply_tile(const TileProduct<T>& tile) {
  static constexpr auto kRows = std::make_index_sequence<kTileRows>{};
  static constexpr std::array kOne = kernels_of<T, 1, Reads::kCached>(kRows),
                              kTwo = kernels_of<T, 2, Reads::kCached>(kRows),
                              kTwoNew = kernels_of<T, 2, Reads::kNewB>(kRows);
  if (tile.cols <= simd::kWidth<T>) return kOne[tile.rows - 1](tile);
  const bool whole = tile.rows == kTileRows;
  if (whole && tile.a_col == 1) return run_whole<T, Lies::kByRows>(tile);
  if (whole && tile.a_row == 1) return run_whole<T, Lies::kByColumns>(tile);
  (tile.b_is_new ? kTwoNew : kTwo)[tile.rows - 1](tile);
}

template void multiply_tile(const TileProduct<float>&);
template void multiply_tile(const TileProduct<double>&);

}  // namespace dlcore::kernels
