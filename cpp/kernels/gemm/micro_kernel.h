#pragma once

#include <cstdint>

#include "kernels/simd.h"

// NOTE [Micro-kernel]
// The one inner loop of every product: matmul, convolution and attention all come down to it. A tile of C, kTileRows by
// kTileCols, stays in registers while k runs; each step loads two vectors of a row of B and multiplies them by
// kTileRows elements of A, one at a time in all lanes. As many rows as registers allow: 14 x 2 accumulators of 32
// registers, or 6 x 2 of 16, leave room for the row of B and an element of A, and give each load enough multiplications
// to hide behind.
namespace dlcore::kernels {

inline constexpr int kTileRows = simd::kRegisters == 32 ? 14 : 6;
template <class T>
inline constexpr int kTileCols = 2 * simd::kWidth<T>;

// c[i, j] = sum over p < k of a[i, p] b[p, j], for i < rows <= kTileRows and j < cols <= kTileCols; added to c, or
// written over it. Strides in elements. Of each row of B whole vectors are read, one where cols fit into one, else
// two, whatever stands behind the columns; of C just what is asked for is touched.
//
// A product reads B again for every tile in a column of tiles. The first of them fetches it ahead, and can leave a
// copy, packed, as it goes: two stores beside 2 * kTileRows multiplications cost next to nothing, a pass of their own
// as much as several tiles.
template <class T>
struct TileProduct {
  int64_t k;
  const T* a;
  int64_t a_row, a_col;  // packed: 1 and kTileRows
  const T* b;
  int64_t b_row;  // packed: kTileCols
  T* c;
  int64_t c_row;
  int rows, cols;
  bool add;
  bool b_is_new = false;   // to the caches; for a tile with all its columns
  T* copy_of_b = nullptr;  // then (k, kTileCols), or null
  // Else what a tile to come will read of B: a line of the cache with each step, ahead_row apart, to the second cache.
  // Looked at where A has kTileRows rows, end to end in one direction.
  const T* ahead = nullptr;
  int64_t ahead_row = 0;
};

template <class T>
void multiply_tile(const TileProduct<T>& tile);

}  // namespace dlcore::kernels
