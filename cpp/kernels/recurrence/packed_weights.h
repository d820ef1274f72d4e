#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/parallel.h"
#include "core/scratch.h"
#include "kernels/gemm/micro_kernel.h"
#include "kernels/gemm/pack.h"

namespace dlcore::kernels {

// Rows that lie end to end, and where their products go.
template <class T>
struct Rows {
  const T* a;
  int64_t count;
  T* c;
};

// Weights (k, n) as the micro-kernel reads them, for many products.
template <class T>
class PackedWeights {
 public:
  PackedWeights(const Strided<T>& b, int64_t k, int64_t n)
      : k_(k), n_(n), panels_(pieces_of(n, kTileCols<T>) * kTileCols<T> * k) {
    const int64_t panel = std::max<int64_t>(1, k * kTileCols<T>);  // elements; k may be zero
    parallel_for(n, pieces_of(kElementGrain, panel) * kTileCols<T>, [&](int64_t begin, int64_t end) {
      pack(b.from(0, begin), k, end - begin, panels_.data() + begin * k, kTileCols<T>);
    });
  }

  // c = a b, or c + a b, for each group of rows of a (count, k), whose c has rows c_row apart. All of them meet a panel
  // while it is in the first cache.
  void multiply(const std::vector<Rows<T>>& groups, int64_t c_row, bool add) const {
    for (int64_t x = 0; x < n_; x += kTileCols<T>) {
      for (const Rows<T>& rows : groups) multiply_panel(rows, x, c_row, add);
    }
  }
  void multiply(const Rows<T>& rows, int64_t c_row, bool add) const {
    for (int64_t x = 0; x < n_; x += kTileCols<T>) multiply_panel(rows, x, c_row, add);
  }

 private:
  void multiply_panel(const Rows<T>& rows, int64_t x, int64_t c_row, bool add) const {
    TileProduct<T> tile{};
    tile.k = k_, tile.a_row = k_, tile.a_col = 1, tile.b_row = kTileCols<T>, tile.c_row = c_row, tile.add = add;
    tile.b = panels_.data() + x * k_;
    tile.cols = static_cast<int>(std::min<int64_t>(kTileCols<T>, n_ - x));
    const int64_t each = pieces_of(rows.count, std::max<int64_t>(1, pieces_of(rows.count, kTileRows)));  // all alike
    for (int64_t y = 0; y < rows.count; y += each) {
      tile.a = rows.a + y * k_, tile.c = rows.c + y * c_row + x;
      tile.rows = static_cast<int>(std::min(each, rows.count - y));
      multiply_tile(tile);
    }
  }

  int64_t k_, n_;
  Scratch<T> panels_;
};

}  // namespace dlcore::kernels
