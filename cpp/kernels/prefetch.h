#pragma once

#include <cstdint>

namespace dlcore::kernels {

// Fetches the next row, where rows are read in several passes: memory would idle while a row is computed on in the
// cache. A long row would push out what is being computed on, and needs it less: the processor finds its way along by
// itself.
inline constexpr int64_t kLongRow =
    4096;  // bytes: three of them, the next row of each, are less than half a 32 KB cache

template <class T>
[[gnu::always_inline]] inline void fetch_row(const T* row, int64_t n) {
  if (n * static_cast<int64_t>(sizeof(T)) > kLongRow) return;
  for (int64_t i = 0; i < n; i += 64 / static_cast<int64_t>(sizeof(T))) __builtin_prefetch(row + i, 0);
}
template <class T>
[[gnu::always_inline]] inline void fetch_row_to_write(const T* row, int64_t n) {
  if (n * static_cast<int64_t>(sizeof(T)) > kLongRow) return;
  for (int64_t i = 0; i < n; i += 64 / static_cast<int64_t>(sizeof(T))) __builtin_prefetch(row + i, 1);
}

// Fetches a tile that is about to be written, where its rows lie too far apart for the processor to foresee the next.
template <class T>
[[gnu::always_inline]] inline void fetch_tile_to_write(const T* tile, int64_t row_stride, int rows, int cols) {
  constexpr int kLine = 64 / sizeof(T);
  for (int i = 0; i < rows; ++i, tile += row_stride) {
    for (int j = 0; j < cols; j += kLine) __builtin_prefetch(tile + j, 1);
    __builtin_prefetch(tile + cols - 1, 1);
  }
}

}  // namespace dlcore::kernels
