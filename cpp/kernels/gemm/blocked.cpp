// A product in the order of Goto and van de Geijn (Anatomy of High-Performance Matrix Multiplication, 2008), around the
// micro-kernel.
//
// C is cut into blocks, which are the work for threads. A block takes k in slabs, for which a panel of B (kSlab by
// kTileCols: 32 KB) stays in the first cache while the panels of A for this block come out of the second one. Blocks
// are cut by sizes alone and each adds up its slabs in order, so bits do not depend on threads.
//
// The micro-kernel reads panels end to end best, so operands are copied into panels first. That is work for each
// element of A and B, which n or m multiplications per element must be worth. So there are three ways for an operand:
// read where it lies, if it is small or soon done with; copied by the block that needs it, slab by slab, where no other
// block needs the same; else copied once for all blocks, in chunks of bounded size.
#include "kernels/gemm/blocked.h"

#include <algorithm>
#include <optional>

#include "core/parallel.h"
#include "core/scratch.h"
#include "kernels/gemm/micro_kernel.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kSlab = 256;
constexpr int64_t kBlockRows = 12 * kTileRows, kBlockCols = 512;  // C: 344 KB, A: 172 KB, B: 512 KB with AVX-512
constexpr int64_t kChunk = 1 << 22;                               // elements of A or B copied for all blocks at a time
constexpr int64_t kEnoughBlocks = 16;                             // for the threads of a desktop to share
constexpr int64_t kLeastWork = 1 << 20;                           // multiplications: 10 us at 100 a nanosecond
// Of a B of this size, read where it lies, the second cache holds the larger part; and a few rows are soon done.
constexpr int64_t kSmall = 1 << 17, kFewRows = 4 * kTileRows;
constexpr int64_t kAlias = 4096;  // bytes; rows so far apart share one place in the first cache

constexpr int64_t kPanels = 8;  // copied at a time: 1 KB of each row of B

enum class Reads { kInPlace, kCopyOfBlock, kCopyForAll };

int64_t round_up(int64_t n, int64_t unit) { return pieces_of(n, unit) * unit; }

// Panels of `width` rows of x (count, k), k end to end within each: the rows of A, or the columns of B.
template <class T>
class Panels {
 public:
  Panels(int64_t count, int64_t k, int64_t width) : width_(width), packed_(round_up(count, width) * k) {}

  void fill(const Strided<T>& x, int64_t count, int64_t k) {
    k_ = k;
    const int64_t panels = std::max(kPanels, kElementGrain / (width_ * k));
    parallel_for(count, panels * width_, [&](int64_t begin, int64_t end) {
      pack(x.from(begin, 0).transposed(), k, end - begin, packed_.data() + begin * k, width_);
    });
  }
  const T* at(int64_t i, int64_t p) const { return packed_.data() + i * k_ + p * width_; }

 private:
  int64_t width_, k_ = 0;
  Scratch<T> packed_;
};

template <class T>
class Multiplication {
 public:
  explicit Multiplication(const Product<T>& of)
      : of_(of),
        slab_(pieces_of(of.k, pieces_of(of.k, kSlab))),  // all alike
        rows_(std::max<int64_t>(kTileRows, kChunk / of.k / kTileRows * kTileRows)),
        cols_(std::max<int64_t>(kTileCols<T>, kChunk / of.k / kTileCols<T> * kTileCols<T>)) {
    const bool aliased = of.a.row_stride * static_cast<int64_t>(sizeof(T)) % kAlias == 0 && of.m > kTileRows / 2;
    a_ = of.n > kBlockCols ? Reads::kCopyForAll : aliased ? Reads::kCopyOfBlock : Reads::kInPlace;
    const bool in_place = of.b.col_stride == 1 && (of.m <= kTileRows || of.k * of.n <= kSmall) && of.m <= kFewRows;
    b_ = in_place ? Reads::kInPlace : of.m <= kBlockRows ? Reads::kCopyOfBlock : Reads::kCopyForAll;
  }

  void run() {
    for (int64_t j = 0; j < of_.n; j += cols_) {
      const int64_t n = std::min(cols_, of_.n - j);
      if (b_ == Reads::kCopyForAll) {
        if (!b_panels_) b_panels_.emplace(n, of_.k, kTileCols<T>);
        b_panels_->fill(of_.b.transposed().from(j, 0), n, of_.k);
      }
      for (int64_t i = 0; i < of_.m; i += rows_) {
        const int64_t m = std::min(rows_, of_.m - i);
        if (a_ == Reads::kCopyForAll) {
          if (!a_panels_) a_panels_.emplace(m, of_.k, kTileRows);
          a_panels_->fill(of_.a.from(i, 0), m, of_.k);
        }
        chunk(i, j, m, n);
      }
    }
  }

 private:
  void chunk(int64_t i, int64_t j, int64_t m, int64_t n) const {
    int64_t rows = std::min(kBlockRows, round_up(m, kTileRows)), cols = std::min(kBlockCols, round_up(n, kTileCols<T>));
    const auto blocks = [&] { return pieces_of(m, rows) * pieces_of(n, cols); };
    while (blocks() < kEnoughBlocks && rows * cols * of_.k >= 2 * kLeastWork) {
      if (b_ != Reads::kCopyOfBlock && rows > kTileRows && (rows >= cols || cols == kTileCols<T>)) {
        rows = round_up(rows / 2, kTileRows);
      } else if (cols > kTileCols<T> && a_ != Reads::kCopyOfBlock) {
        cols = round_up(cols / 2, kTileCols<T>);
      } else {
        break;
      }
    }
    const int64_t across = pieces_of(n, cols), grain = std::max<int64_t>(1, kLeastWork / (rows * cols * of_.k));
    parallel_for(blocks(), grain, [&](int64_t begin, int64_t end) {
      for (int64_t t = begin; t < end; ++t) {
        const int64_t y = t / across * rows, x = t % across * cols;
        block(i, j, y, std::min(m, y + rows), x, std::min(n, x + cols));
      }
    });
  }

  // Rows [top, bottom) and columns [left, right) of the chunk at (i, j).
  void block(int64_t i, int64_t j, int64_t top, int64_t bottom, int64_t left, int64_t right) const {
    std::optional<Panels<T>> a, b;
    if (a_ == Reads::kCopyOfBlock) a.emplace(bottom - top, slab_, kTileRows);
    // The last columns cannot be read in place where they do not fill vectors.
    const int64_t in_place = b_ == Reads::kInPlace ? (right - left) / simd::kWidth<T> * simd::kWidth<T> : 0;
    const int64_t copied = left + in_place / kTileCols<T> * kTileCols<T>;
    const bool copies_b = b_ == Reads::kCopyOfBlock || (b_ == Reads::kInPlace && in_place < right - left);
    if (copies_b) b.emplace(right - copied, slab_, kTileCols<T>);

    for (int64_t p = 0; p < of_.k; p += slab_) {
      const int64_t k = std::min(slab_, of_.k - p);
      if (a) a->fill(of_.a.from(i + top, p), bottom - top, k);
      if (b) b->fill(of_.b.from(p, j + copied).transposed(), right - copied, k);
      for (int64_t x = left; x < right; x += kTileCols<T>) {
        const int cols = static_cast<int>(std::min<int64_t>(kTileCols<T>, right - x));
        T* c = of_.c + (i + top) * of_.c_row + j + x;
        TileProduct<T> tile{k, nullptr, 1, kTileRows, nullptr, kTileCols<T>, c, of_.c_row, kTileRows, cols, p > 0};
        if (b && x >= copied) {
          tile.b = b->at(x - copied, 0);
        } else if (b_ == Reads::kCopyForAll) {
          tile.b = b_panels_->at(x, p);
        } else {
          tile.b = of_.b.at(p, j + x), tile.b_row = of_.b.row_stride;
        }
        for (int64_t y = top; y < bottom; y += kTileRows, tile.c += kTileRows * of_.c_row) {
          tile.rows = static_cast<int>(std::min<int64_t>(kTileRows, bottom - y));
          if (a) {
            tile.a = a->at(y - top, 0);
          } else if (a_ == Reads::kCopyForAll) {
            tile.a = a_panels_->at(y, p);
          } else {
            tile.a = of_.a.at(i + y, p), tile.a_row = of_.a.row_stride, tile.a_col = of_.a.col_stride;
          }
          multiply_tile(tile);
        }
        if (p + k == of_.k && !of_.epilogue.empty()) finish(of_.epilogue, c, of_.c_row, bottom - top, cols, j + x);
      }
    }
  }

  const Product<T>& of_;
  Reads a_, b_;
  int64_t slab_;
  int64_t rows_, cols_;  // of a chunk
  std::optional<Panels<T>> a_panels_, b_panels_;
};

}  // namespace

template <class T>
void multiply(const Product<T>& of) {
  // C^T = B^T A^T reads the larger operand where it lies if the vectors lie along m: for few rows and a B that would
  // have to be turned.
  if (of.m <= kTileCols<T> && of.b.row_stride == 1 && of.b.col_stride != 1 && of.n > kTileCols<T> && of.c_row == of.n) {
    const Scratch<T> turned(of.n * of.m);
    Multiplication<T>({of.n, of.m, of.k, of.b.transposed(), of.a.transposed(), turned.data(), of.m}).run();
    pack(Strided<T>{turned.data(), 1, of.m}, of.m, of.n, of.c, of.n);
    if (!of.epilogue.empty()) finish(of.epilogue, of.c, of.c_row, of.m, of.n, 0);
    return;
  }
  Multiplication<T>(of).run();
}

template void multiply(const Product<float>&);
template void multiply(const Product<double>&);

}  // namespace dlcore::kernels
