// A matrix product that gathers one of its factors as it goes: Y (M, columns) = W (M, k) X (k, columns), k = C * taps,
// where a column is an output of an image, and a row of X is the image of a channel, shifted by a tap.
//
// Cut: a piece is a box of columns (NOTE [Bands]) and some rows of W. It walks over channels, some 256 of k at a time.
// Of these it packs panels of kTileCols columns of X, and lets the rows of W, packed once for all, pass by in the
// micro-kernel: a panel at a time, which then stays in the first cache; or all panels of the box before the next rows
// of W, where W is large, or where k is short and whole runs of Y are written so (1x1: half the time). Packing costs
// some 4 cycles a vector, the products M / 2. X is never there as a whole, k is walked in order, and how much a piece
// has to do depends on sizes alone. A row of ones in X meets the bias in W.
#include "kernels/conv/correlation.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "kernels/conv/direct.h"
#include "kernels/conv/weights.h"
#include "kernels/gemm/micro_kernel.h"
#include "kernels/prefetch.h"

namespace dlcore::kernels::conv {
namespace {

constexpr int64_t kDepth = 256;                  // of k at a time: 32 KB a panel, in the first cache
constexpr int64_t kMostColumns = 512;            // per piece: with kDepth, 512 KB of X, in the second cache
constexpr int64_t kBandElements = 64 * 1024;     // of a copied band
constexpr int64_t kResultElements = 128 * 1024;  // of Y per piece, which is written once per kDepth of k
constexpr int64_t kWeightElements = 64 * 1024;   // of W per piece, beyond which it is better read once than each panel
constexpr int64_t kPieceWork = 1 << 20;          // multiplications: some 20 us

// How a piece is made.
struct Plan {
  int64_t columns;
  int64_t tiles;                        // of rows of W, all
  int64_t tiles_per_piece, row_pieces;  // of them
  int64_t channels, blocks;             // how many at a time, how many times
};

int64_t band_elements(const SlidingAxes& axes, const Boxes& boxes) {
  const Box box = boxes.at(0);
  int64_t n = box.images;
  for (int d = 0; d < 3; ++d) n *= (box.size[d] - 1) * axes[d].stride + (axes[d].taps - 1) * axes[d].dilation + 1;
  return n;
}

// Whether outputs at the border, or all of them, need a copy.
bool is_copied(const SlidingAxes& axes) {
  for (const Sliding& a : axes) {
    if (a.first < 0 || a.first + (a.outputs - 1) * a.stride + (a.taps - 1) * a.dilation >= a.size) return true;
  }
  return axes[2].stride > 1;
}

// Cycles on the four cores of a desktop, about: the products, of whole vectors; packing X for each share of the rows of
// W, at 4 cycles a vector; and reading W for each box, at 16 bytes a cycle.
double cycles(const Correlation& of, int64_t width, const Boxes& boxes, int64_t row_pieces) {
  constexpr double kCores = 4;
  const double k = static_cast<double>(of.C * of.taps()), M = static_cast<double>(of.M);
  const auto count = static_cast<double>(boxes.count()), shares = static_cast<double>(row_pieces);
  const double pieces = count * shares * static_cast<double>(of.groups);
  const double vectors = static_cast<double>(pieces_of(boxes.most_columns(), width)) * count;
  const double all = vectors * k * (M / 2 + 4 * shares) + count * M * k / 4;
  return all * std::ceil(pieces / kCores) / pieces;
}

Plan plan_of(const Correlation& of, int64_t width) {
  Plan plan;
  plan.tiles = pieces_of(of.M, kTileRows);
  plan.columns = kMostColumns;
  plan.row_pieces = 1;
  if (of.N * of.outputs() * of.M * of.C * of.taps() > kPieceWork) {
    double least = 0;
    for (int64_t columns = kMostColumns; columns >= 64; columns -= columns > 256 ? 128 : 64) {
      const Boxes boxes(of.N, of.axes, columns);
      const int64_t fewest = pieces_of(plan.tiles, std::max<int64_t>(1, kResultElements / columns / kTileRows));
      for (int64_t shares = fewest; shares <= std::min<int64_t>(plan.tiles, 16 * fewest); shares += (shares + 1) / 2) {
        const double t = cycles(of, width, boxes, shares);
        if (least > 0 && t >= least) continue;
        least = t;
        plan.columns = columns;
        plan.row_pieces = shares;
      }
    }
  }
  plan.tiles_per_piece = pieces_of(plan.tiles, plan.row_pieces);
  plan.row_pieces = pieces_of(plan.tiles, plan.tiles_per_piece);
  plan.channels = kDepth / of.taps();
  if (is_copied(of.axes)) {
    const int64_t band = band_elements(of.axes, Boxes(of.N, of.axes, plan.columns));
    plan.channels = std::min(plan.channels, kBandElements / band);
  }
  plan.blocks = pieces_of(of.C, std::clamp<int64_t>(plan.channels, 1, of.C));
  plan.channels = pieces_of(of.C, plan.blocks);
  plan.blocks = pieces_of(of.C, plan.channels);
  return plan;
}

// W as the micro-kernel reads it: for each group, block of channels and tile of rows, (k, kTileRows).
template <class T>
class PackedWeights {
 public:
  PackedWeights(const Correlation& of, const Plan& plan, const T* w, const T* bias)
      : of_(of), plan_(plan), bias_(bias) {
    group_ = plan.tiles * kTileRows * (of.C * of.taps() + 1);
    packed_ = Scratch<T>(of.groups * group_);
    const int64_t grain = std::max<int64_t>(1, kElementGrain / (kTileRows * of.C * of.taps()));
    parallel_for(of.groups * plan.tiles, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) pack(w, i / plan.tiles, i % plan.tiles);
    });
  }
  // Rows of X that belong to a block: the bias meets the first.
  int64_t depth(int64_t block) const { return channels(block) * of_.taps() + (bias_ && block == 0); }
  int64_t channels(int64_t block) const { return std::min(plan_.channels, of_.C - block * plan_.channels); }
  const T* tile(int64_t group, int64_t block, int64_t tile) const {
    const int64_t before = block * plan_.channels * of_.taps() + (bias_ && block > 0);
    return packed_.data() + group * group_ + (before * plan_.tiles + tile * depth(block)) * kTileRows;
  }

 private:
  void pack(const T* w, int64_t group, int64_t tile_index) {
    const int64_t m = tile_index * kTileRows, rows = std::min<int64_t>(kTileRows, of_.M - m);
    for (int64_t block = 0; block < plan_.blocks; ++block) {
      T* to = packed_.data() + (tile(group, block, tile_index) - packed_.data());
      if (bias_ && block == 0) {
        std::copy_n(bias_ + group * of_.M + m, rows, to);
        to += kTileRows;
      }
      pack_weights(of_, w, group, m, rows, block * plan_.channels, channels(block), to, kTileRows);
    }
  }

  const Correlation& of_;
  const Plan& plan_;
  const T* bias_;
  int64_t group_;
  Scratch<T> packed_;
};

// Packs panels: kTileCols columns of a box each, all rows of a block, (k, kTileCols), and an empty row. A row of X is
// written to all of them before the next, so that memory is read in long runs. Whole vectors are copied; what they have
// too much lies in the panel's next row, which is written later.
template <class T>
class Packer {
 public:
  static constexpr int64_t kCols = kTileCols<T>, kW = simd::kWidth<T>;

  // `cols` columns from `column` on, of rows of `row_size` columns; panels `apart` elements from each other.
  void pack(const Band<T>& band, int64_t row_size, int64_t column, int64_t cols, int64_t channels, bool ones, T* to,
            int64_t apart) {
    cut(band, row_size, column, cols, apart);
    if (ones) {
      for (int64_t i = 0; i * kCols < cols; ++i) std::fill_n(to + i * apart, kCols, T(1));
      to += kCols;
    }
    for (int64_t c = 0; c < channels; ++c) {
      const T* channel = band.data + c * band.channel_stride;
      for (const int64_t tap : band.tap_at) {
        const T* from = channel + tap;
        for (const Move& move : moves_) simd::store<T>(to + move.to, simd::load(from + move.at));
        to += kCols;
      }
    }
  }

 private:
  struct Move {  // of a vector
    int64_t at, to;
  };

  void cut(const Band<T>& band, int64_t row_size, int64_t column, int64_t cols, int64_t apart) {
    moves_.clear();
    for (int64_t j = 0; j < cols;) {
      const int64_t row = (column + j) / row_size, x = (column + j) % row_size, at = band.row_at[row] + x;
      int64_t size = std::min(cols - j, row_size - x);
      // Rows without a border between them go on.
      for (int64_t next = row + 1; j + size < cols && band.row_at[next] == band.row_at[next - 1] + row_size; ++next)
        size = std::min(cols - j, size + row_size);
      for (int64_t i = 0; i < size;) {
        const int64_t panel = (j + i) / kCols, in_panel = (j + i) % kCols;
        moves_.push_back({at + i, panel * apart + in_panel});
        i += std::min(kW, kCols - in_panel);
      }
      j += size;
    }
  }

  std::vector<Move> moves_;
};

template <class T>
struct Piece {
  const Correlation& of;
  const Plan& plan;
  const PackedWeights<T>& weights;
  const T* x;
  const T* x_end;
  T* y;

  // Whether the columns of a box are neighbours in y.
  bool is_dense(const Box& box) const {
    for (int d = 0; d < 3; ++d) {
      if (of.target.every[d] != 1 || of.target.begin[d] != 0 || of.target.size[d] != of.axes[d].outputs) return false;
    }
    if (box.images > 1) return false;
    bool whole = true;  // the axes behind
    for (int d = 2; d >= 0; --d) {
      if (box.size[d] > 1 && !whole) return false;
      whole = whole && box.size[d] == of.axes[d].outputs;
    }
    return true;
  }

  void run(int64_t group, const Box& box, int64_t first_tile, int64_t end_tile) const {
    constexpr int kCols = kTileCols<T>;
    const int64_t in = of.inputs(), columns = box.columns();
    const int64_t m0 = first_tile * kTileRows, m1 = std::min(of.M, end_tile * kTileRows);
    Band<T> band({x + group * of.C * in, of.groups * of.C * in, in, x_end}, of.axes, true, kCols);
    const int64_t most_depth = plan.channels * of.taps() + 1;
    const bool one = is_copied(of.axes) && (m1 - m0) * most_depth <= kWeightElements;
    const int64_t together =
        std::clamp<int64_t>(one ? kDepth / most_depth : kMostColumns, 1, pieces_of(columns, kCols));
    const Scratch<T> panels(together * (most_depth + 1) * kCols);
    Packer<T> packer;
    const bool dense = is_dense(box);
    Scratch<T> aside;
    if (!dense) aside.reserve((m1 - m0) * columns);
    T* c = dense ? y + of.result_at(box.image, group, m0) + of.row_at(box, 0, 0) : aside.data();
    const int64_t c_row = dense ? of.outputs() : columns;
    for (int64_t block = 0; block < plan.blocks; ++block) {
      const int64_t k = weights.depth(block), channels = weights.channels(block);
      band.read(box, block * plan.channels, channels);
      for (int64_t j = 0; j < columns; j += together * kCols) {
        const int64_t end = std::min(columns, j + together * kCols);
        packer.pack(band, box.size[2], j, end - j, channels, k > channels * of.taps(), panels.data(), (k + 1) * kCols);
        for (int64_t tile = first_tile; tile < end_tile; ++tile) {
          const int rows = static_cast<int>(std::min<int64_t>(kTileRows, of.M - tile * kTileRows));
          for (int64_t i = j; i < end; i += kCols) {
            const int cols = static_cast<int>(std::min<int64_t>(kCols, columns - i));
            T* to = c + (tile * kTileRows - m0) * c_row + i;
            fetch_tile_to_write(to, c_row, rows, cols);
            multiply_tile<T>({.k = k,
                              .a = weights.tile(group, block, tile),
                              .a_row = 1,
                              .a_col = kTileRows,
                              .b = panels.data() + (i - j) * (k + 1),
                              .b_row = kCols,
                              .c = to,
                              .c_row = c_row,
                              .rows = rows,
                              .cols = cols,
                              .add = block > 0});
          }
        }
      }
    }
    if (!dense) put(group, box, m0, m1, c);
  }

  void put(int64_t group, const Box& box, int64_t m0, int64_t m1, const T* from) const {
    const int64_t every = of.target.every[2];
    for (int64_t m = m0; m < m1; ++m) {
      for (int64_t n = 0; n < box.images; ++n) {
        T* to = y + of.result_at(box.image + n, group, m);
        for (int64_t z = 0; z < box.size[0]; ++z) {
          for (int64_t row = 0; row < box.size[1]; ++row, from += box.size[2]) {
            T* line = to + of.row_at(box, z, row);
            if (every == 1) {
              std::copy_n(from, box.size[2], line);
            } else {
              for (int64_t i = 0; i < box.size[2]; ++i) line[i * every] = from[i];
            }
          }
        }
      }
    }
  }
};

// Where nothing is added up: the bias, or 0.
template <class T>
void fill(const Correlation& of, const T* bias, T* y) {
  const auto& t = of.target;
  for (int64_t i = 0; i < of.N * of.groups * of.M; ++i) {
    const T value = bias ? bias[i % (of.groups * of.M)] : T(0);
    T* to = y + i * Geometry::count(t.size);
    for (int64_t z = 0; z < of.axes[0].outputs; ++z) {
      for (int64_t r = 0; r < of.axes[1].outputs; ++r) {
        T* line =
            to + ((t.begin[0] + z * t.every[0]) * t.size[1] + t.begin[1] + r * t.every[1]) * t.size[2] + t.begin[2];
        for (int64_t j = 0; j < of.axes[2].outputs; ++j) line[j * t.every[2]] = value;
      }
    }
  }
}

}  // namespace

template <class T>
void correlate(const Correlation& of, const T* x, const T* w, const T* bias, T* y) {
  if (of.N * of.groups * of.M * of.outputs() == 0) return;
  if (of.C * of.taps() == 0) return fill(of, bias, y);
  if (is_faster_direct<T>(of)) return correlate_direct(of, x, w, bias, y);
  const Plan plan = plan_of(of, simd::kWidth<T>);
  const PackedWeights<T> weights(of, plan, w, bias);
  const Boxes boxes(of.N, of.axes, plan.columns);
  const T* end = x + of.N * of.groups * of.C * of.inputs();
  const Piece<T> piece{of, plan, weights, x, end, y};
  const int64_t per_group = boxes.count() * plan.row_pieces;
  const int64_t work = boxes.most_columns() * plan.tiles_per_piece * kTileRows * of.C * of.taps();
  const int64_t grain = std::max<int64_t>(1, kPieceWork / 2 / work);
  parallel_for(of.groups * per_group, grain, [&](int64_t begin, int64_t last) {
    for (int64_t i = begin; i < last; ++i) {
      const int64_t rows = i % plan.row_pieces, rest = i / plan.row_pieces;
      const int64_t box = rest % boxes.count(), group = rest / boxes.count();
      piece.run(group, boxes.at(box), rows * plan.tiles_per_piece,
                std::min(plan.tiles, (rows + 1) * plan.tiles_per_piece));
    }
  });
}

template void correlate(const Correlation&, const float*, const float*, const float*, float*);
template void correlate(const Correlation&, const double*, const double*, const double*, double*);

}  // namespace dlcore::kernels::conv
