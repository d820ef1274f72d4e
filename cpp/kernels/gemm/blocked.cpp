// A product in the order of Goto and van de Geijn (Anatomy of High-Performance Matrix Multiplication, 2008), around the
// micro-kernel.
//
// C is cut into blocks, which are the work for threads, and k into slabs. For a slab, a block's columns of B (half of
// the second cache) are met again by each of its panels of A (kTileRows by kSlab: 14 KB), which stays in the first
// cache meanwhile. Each element of C adds up its slabs in order, so bits do not depend on blocks or threads.
//
// The micro-kernel wants B packed, panel by panel. Where a block has its columns of B to itself, or nearly, its first
// tiles read them where they lie and leave them packed, and the tiles below fetch those of the next block meanwhile.
// That is slower than memory gives long rows, so a B that no cache holds is packed first, row by row. Where several
// blocks share columns, a slab is packed for all of them at a time. A is read where it lies, unless its elements would
// push each other out of the first cache: then a panel of it is packed before use.
#include "kernels/gemm/blocked.h"

#include <unistd.h>

#include <algorithm>

#include "core/parallel.h"
#include "core/scratch.h"
#include "kernels/gemm/micro_kernel.h"
#include "kernels/prefetch.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kSlab = 256;
constexpr int64_t kFlatSlab = 128, kFewRows = 2 * kTileRows;  // fewer rows of B at a time, where it comes from memory
constexpr int64_t kBlockRows = 12 * kTileRows;
constexpr int64_t kOwnRows = 2 * kBlockRows;  // a C this high has so few blocks in a column that each packs B
constexpr int64_t kChunk = 1 << 22;           // elements of B packed for all blocks at a time
constexpr int64_t kEnoughBlocks = 16;         // for the threads of a desktop to share
constexpr int64_t kLeastWork = 1 << 20;       // multiplications: 10 us at 100 a nanosecond
constexpr int64_t kAlias = 4096;              // bytes; elements so far apart share one place in the first cache
constexpr int64_t kPanelsWorthPacking = 16;   // of B: that many tiles repay it to pack a panel of A
constexpr int64_t kTilesWorthPacking = 4;     // of A: that many repay it to pack a panel of B
constexpr int64_t kFarRow = 512, kLargeResult = 1 << 17;  // elements: a C that is neither cached nor foreseen
constexpr int64_t kFarB = 5 << 20;                        // elements: a B that comes from memory
constexpr int64_t kPanels = 8;                            // of B packed at a time for all: 1 KB of each row

int64_t round_up(int64_t n, int64_t unit) { return pieces_of(n, unit) * unit; }

// Of B, what fits into half of the second cache.
template <class T>
int64_t block_cols() {
  static const int64_t cols = [] {
    const int64_t cache = sysconf(_SC_LEVEL2_CACHE_SIZE);  // 0 where the system does not know
    const int64_t bytes = std::clamp<int64_t>(cache, 1 << 18, 1 << 21) / 2;
    return bytes / (kSlab * static_cast<int64_t>(sizeof(T))) / kTileCols<T> * kTileCols<T>;
  }();
  return cols;
}

template <class T>
class Multiplication {
 public:
  explicit Multiplication(const Product<T>& of)
      : of_(of),
        slab_(pieces_of(of.k, pieces_of(of.k, of.m <= kFewRows ? kFlatSlab : kSlab))),  // all alike
        shares_b_(of.m > kOwnRows),
        packs_b_first_(of.b.col_stride == 1 && of.k * of.n >= kFarB),
        fetches_c_(of.n >= kFarRow && of.m * of.n >= kLargeResult) {
    const int64_t apart = std::max(of.a.row_stride, of.a.col_stride) * static_cast<int64_t>(sizeof(T));
    const bool aliased = apart % kAlias == 0 && of.m > kTileRows / 2 && of.n > 2 * kTileCols<T>;
    packs_a_ = aliased || (of.a.row_stride != 1 && of.a.col_stride != 1);
  }

  void run() {
    if (!shares_b_) return blocks(0, of_.n, 0, of_.k, nullptr);
    const int64_t most = std::min(round_up(of_.n, kTileCols<T>), kChunk / slab_ / kTileCols<T> * kTileCols<T>);
    const Scratch<T> packed(most * slab_);
    for (int64_t j = 0; j < of_.n; j += most) {
      const int64_t n = std::min(most, of_.n - j);
      for (int64_t p = 0; p < of_.k; p += slab_) {
        const int64_t k = std::min(slab_, of_.k - p);
        const int64_t panels = std::max(kPanels, kElementGrain / (kTileCols<T> * k));
        parallel_for(n, panels * kTileCols<T>, [&](int64_t begin, int64_t end) {
          pack(of_.b.from(p, j + begin), k, end - begin, packed.data() + begin * k, kTileCols<T>);
        });
        blocks(j, n, p, p + k, packed.data());
      }
    }
  }

 private:
  // Columns [j, j + n) of C, from k in [from, to); of these B is packed already, if `packed` is given.
  void blocks(int64_t j, int64_t n, int64_t from, int64_t to, const T* packed) const {
    int64_t rows = std::min(packed ? kBlockRows : kOwnRows, round_up(of_.m, kTileRows));
    int64_t cols = std::min(block_cols<T>(), round_up(n, kTileCols<T>));
    const int64_t least_cols = (packs_a_ ? kPanelsWorthPacking : 1) * kTileCols<T>;
    const int64_t least_rows = packed ? kTileRows : of_.b.col_stride == 1 ? kTilesWorthPacking * kTileRows : rows;
    const auto count = [&] { return pieces_of(of_.m, rows) * pieces_of(n, cols); };
    while (count() < kEnoughBlocks && rows * cols * (to - from) >= 2 * kLeastWork) {
      if (rows >= 2 * least_rows && (packs_a_ || rows >= cols || cols < 2 * least_cols)) {
        rows = round_up(rows / 2, kTileRows);
      } else if (cols >= 2 * least_cols) {
        cols = round_up(cols / 2, kTileCols<T>);
      } else {
        break;
      }
    }
    const int64_t down = pieces_of(of_.m, rows), grain = std::max<int64_t>(1, kLeastWork / (rows * cols * (to - from)));
    parallel_for(count(), grain, [&](int64_t begin, int64_t end) {
      const Scratch<T> a = packs_a_ ? Scratch<T>(slab_ * kTileRows) : Scratch<T>();
      const Scratch<T> b = packed || reads_b_in_place() ? Scratch<T>() : Scratch<T>(slab_ * cols);
      for (int64_t t = begin; t < end; ++t) {
        const int64_t y = t % down * rows, x = t / down * cols;
        const Block block{y, std::min(of_.m, y + rows), j + x, j + std::min(n, x + cols), a, b};
        for (int64_t p = from; p < to; p += slab_) {
          const int64_t k = std::min(slab_, to - p);
          multiply_slab(block, p, k, packed ? packed + x * k : nullptr);
        }
      }
    });
  }

  struct Block {
    int64_t top, bottom, left, right;
    T *a, *b;  // room for a panel of A, and for all of B that the block needs of a slab
  };

  // Adds the products of k in [p, p + k) to a block; its columns of B are packed already, if `packed` is given.
  void multiply_slab(const Block& block, int64_t p, int64_t k, const T* packed) const {
    if (!packed && packs_b_first_) {
      pack(of_.b.from(p, block.left), k, block.right - block.left, block.b, int64_t{kTileCols<T>});
      packed = block.b;
    }
    const bool finishes = p + k == of_.k && !of_.epilogue.empty();
    for (int64_t y = block.top; y < block.bottom; y += kTileRows) {
      TileProduct<T> tile{};
      tile.k = k, tile.add = of_.add || p > 0;
      tile.rows = static_cast<int>(std::min<int64_t>(kTileRows, block.bottom - y));
      if (packs_a_) {
        pack(of_.a.from(y, p).transposed(), k, tile.rows, block.a, int64_t{kTileRows});
        tile.a = block.a, tile.a_row = 1, tile.a_col = kTileRows;
      } else {
        tile.a = of_.a.at(y, p), tile.a_row = of_.a.row_stride, tile.a_col = of_.a.col_stride;
      }
      for (int64_t x = block.left; x < block.right; x += kTileCols<T>) {
        tile.cols = static_cast<int>(std::min<int64_t>(kTileCols<T>, block.right - x));
        tile.c = of_.c + y * of_.c_row + x, tile.c_row = of_.c_row;
        tile.b = packed + (x - block.left) * k, tile.b_row = kTileCols<T>;
        tile.b_is_new = false, tile.copy_of_b = nullptr, tile.ahead = nullptr;
        if (!packed) choose_b(block, x, y, p, tile);
        if (fetches_c_) fetch_tile_to_write(tile.c, of_.c_row, tile.rows, tile.cols);
        multiply_tile(tile);
        if (finishes) finish(of_.epilogue, tile.c, of_.c_row, tile.rows, tile.cols, y, x);
      }
    }
  }

  // B is read in vectors, so where the last columns do not fill one, they have to be packed. One vector a row is not
  // worth packing.
  bool reads_b_in_place() const { return of_.b.col_stride == 1 && of_.n == simd::kWidth<T>; }

  void choose_b(const Block& block, int64_t x, int64_t y, int64_t p, TileProduct<T>& tile) const {
    T* panel = block.b + (x - block.left) * tile.k;
    const bool whole = tile.cols == kTileCols<T>, fills = whole || tile.cols == simd::kWidth<T>;
    if (of_.b.col_stride == 1 && fills && (y == block.top || !whole)) {
      tile.b = of_.b.at(p, x), tile.b_row = of_.b.row_stride;
      tile.b_is_new = whole;
      if (whole && y + tile.rows < block.bottom) tile.copy_of_b = panel;
    } else {
      fetch_next(block, x, y, p, tile);
      if (y == block.top) pack(of_.b.from(p, x), tile.k, tile.cols, panel, kTileCols<T>);
      tile.b = panel;
    }
  }

  // The panel of the next block that lies as this one does in its own: a vector of its rows with each of the first two
  // tiles that read what is packed.
  void fetch_next(const Block& block, int64_t x, int64_t y, int64_t p, TileProduct<T>& tile) const {
    const int64_t vector = (y - block.top) / kTileRows - 1, next = x + block.right - block.left;
    if (of_.b.col_stride != 1 || vector < 0 || vector > 1 || of_.n < next + kTileCols<T>) return;
    tile.ahead = of_.b.at(p, next) + vector * simd::kWidth<T>;
    tile.ahead_row = of_.b.row_stride;
  }

  const Product<T>& of_;
  int64_t slab_;
  bool shares_b_, packs_b_first_, fetches_c_, packs_a_;
};

}  // namespace

template <class T>
void multiply(const Product<T>& of) {
  // C^T = B^T A^T reads the larger operand where it lies if the vectors lie along m: for few rows and a B that would
  // have to be turned.
  if (!of.add && of.m <= kTileCols<T> && of.b.row_stride == 1 && of.b.col_stride != 1 && of.n > kTileCols<T> &&
      of.c_row == of.n) {
    const Scratch<T> turned(of.n * of.m);
    Multiplication<T>({of.n, of.m, of.k, of.b.transposed(), of.a.transposed(), turned.data(), of.m}).run();
    pack(Strided<T>{turned.data(), 1, of.m}, of.m, of.n, of.c, of.n);
    if (!of.epilogue.empty()) finish(of.epilogue, of.c, of.c_row, of.m, of.n, 0, 0);
    return;
  }
  Multiplication<T>(of).run();
}

template void multiply(const Product<float>&);
template void multiply(const Product<double>&);

}  // namespace dlcore::kernels
