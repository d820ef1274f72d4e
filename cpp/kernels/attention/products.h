#pragma once

#include <cstdint>

#include "kernels/gemm/micro_kernel.h"

// NOTE [One query a lane]
// Attention is computed on tiles of scores s[key, lane]: a band of queries lies side by side, each in a lane of the
// vectors, and keys follow one another. So what softmax does along the keys (the largest, the sum, the rescaling) goes
// lane by lane and never across a vector; and the products take keys and values as they lie in memory, nothing packed:
//   scores      s[key, lane]  = sum over d   x[key, d] y[d, lane]      x a row of keys, an element at a time in all
//   lanes accumulate  y[d, lane]   += sum over key x[key, d] w[key, lane] outer       z[key, d]    += sum over lane
//   w[key, lane] y[lane, d]
// Queries alone are transposed, once a band, and results back.
namespace dlcore::kernels {

// Rows of C at a time in these products: they divide the usual D, and a tile of keys. Measured beside all 14 rows that
// registers would take, 178 to 186 GFLOP/s against 169 to 183.
inline constexpr int kRowsAtOnce = kTileRows > 8 ? 8 : kTileRows;

// y[d, lane] = factor x[lane, d]; zero for lanes from `count` on. `lanes` is a multiple of the vector width.
template <class T>
void to_lanes(const T* x, int64_t x_row, int count, int64_t D, T factor, T* y, int lanes);
// y[lane, d] = factor[lane] x[d, lane], for lane < count.
template <class T>
void from_lanes(const T* x, int lanes, int count, int64_t D, const T* factor, T* y, int64_t y_row);

template <class T>
void scores(const T* x, int64_t x_row, int keys, int64_t D, const T* y, int lanes, T* s);
template <class T>
void accumulate(const T* x, int64_t x_row, int keys, int64_t D, const T* w, int lanes, T* y);
// Of z, rows are z_row apart; as many columns are computed as whole vectors cover D, and y is zero there.
template <class T>
void outer(const T* w, int lanes, int keys, int count, const T* y, int64_t y_row, int64_t D, T* z, int64_t z_row);
// Of rows of y for outer: D, rounded up to what it reads.
template <class T>
constexpr int64_t outer_row(int64_t D) {
  return (D + kTileCols<T> - 1) / kTileCols<T> * kTileCols<T>;
}

// accumulate where a weight of zero adds nothing, whatever the row holds.
template <class T>
void accumulate_finite(const T* x, int64_t x_row, int keys, int64_t D, const T* w, int lanes, T* y);
template <class T>
bool all_finite(const T* x, int64_t x_row, int keys, int64_t D);

// The same scores in additive form, w[0] tanh(x[key, 0] + y[0, lane]) + ..., and from their gradients ds those of y, x
// (rows dx_row apart) and w. `buffer` takes D lanes.
template <class T>
void additive_scores(const T* x, int64_t x_row, int keys, int64_t D, const T* w, const T* y, int lanes, T* s);
template <class T>
struct AdditiveGradients {
  T *dy, *dx;
  int64_t dx_row;
  double* dw;
};
template <class T>
void additive_backward(const T* ds, const T* x, int64_t x_row, int keys, int64_t D, const T* w, const T* y, int lanes,
                       T* buffer, const AdditiveGradients<T>& gradients);

}  // namespace dlcore::kernels
