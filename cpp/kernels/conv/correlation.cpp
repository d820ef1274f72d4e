// A matrix product that gathers one of its factors as it goes: Y (M, columns) = W (M, k) X (k, columns), k = C * taps,
// where a column is an output of an image, and a row of X is the image of a channel, shifted by a tap.
//
// Cut: a piece is a box of columns (NOTE [Bands]) and some rows of W. It walks over channels, some 256 of k at a time;
// of these it packs kTileCols columns of X, which stay in the first cache (256 * 32 * 4 bytes = 32 KB) while the rows
// of W, packed once for all, pass by in the micro-kernel. Packing costs about 4 cycles per row of 32, the products M.
// So X is never there as a whole, k is walked in order, and how much a piece has to do depends on sizes alone. A row of
// ones in X meets the bias in W.
#include "kernels/conv/correlation.h"

#include <algorithm>
#include <cstring>

#include "core/parallel.h"
#include "kernels/gemm/micro_kernel.h"

namespace dlcore::kernels::conv {
namespace {

constexpr int64_t kDepth = 256;                  // of k at a time
constexpr int64_t kBandElements = 96 * 1024;     // a copied band in float32: 384 KB, in the second cache beside W
constexpr int64_t kMostColumns = 2048;           // per piece
constexpr int64_t kResultElements = 128 * 1024;  // of Y per piece, which is written once per kDepth of k
constexpr int64_t kPieceWork = 1 << 20;          // multiplications: some 20 us
constexpr int64_t kEnoughPieces = 32;

// How a piece is made.
struct Plan {
  int64_t channels;  // at a time
  int64_t blocks;    // of channels
  int64_t tiles;     // of rows of W, all
  int64_t tiles_per_piece, row_pieces;
  int64_t columns;
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

Plan plan_of(const Correlation& of) {
  Plan plan;
  plan.tiles = pieces_of(of.M, kTileRows);
  const int64_t columns = of.N * of.outputs(), work = columns * of.M * of.C * of.taps();
  const int64_t wanted = std::clamp<int64_t>(work / kPieceWork, 1, kEnoughPieces);  // for one group
  // Rows of W are shared out where there are few columns, and where there are so many rows that Y would leave the
  // cache.
  plan.tiles_per_piece = std::min<int64_t>(plan.tiles, 512 / kTileRows);
  int64_t most = std::clamp<int64_t>(kResultElements / (plan.tiles_per_piece * kTileRows), 128, kMostColumns);
  most = std::max<int64_t>(std::min(most, pieces_of(columns * of.groups, wanted)), 2 * kTileCols<float>);
  plan.columns = most;
  const int64_t pieces = pieces_of(columns, most) * of.groups;
  if (pieces < wanted) {
    const int64_t shares = std::min(pieces_of(wanted, pieces), pieces_of(plan.tiles, 2));
    plan.tiles_per_piece = std::min(plan.tiles_per_piece, pieces_of(plan.tiles, std::max<int64_t>(shares, 1)));
  }
  plan.tiles_per_piece = pieces_of(plan.tiles, pieces_of(plan.tiles, plan.tiles_per_piece));  // about equal
  plan.row_pieces = pieces_of(plan.tiles, plan.tiles_per_piece);
  plan.channels = kDepth / of.taps();
  if (is_copied(of.axes))
    plan.channels = std::min(plan.channels, kBandElements / band_elements(of.axes, Boxes(of.N, of.axes, most)));
  plan.channels = std::clamp<int64_t>(plan.channels, 1, of.C);
  plan.blocks = pieces_of(of.C, plan.channels);
  plan.channels = pieces_of(of.C, plan.blocks);
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
    return packed_.get() + group * group_ + (before * plan_.tiles + tile * depth(block)) * kTileRows;
  }

 private:
  void pack(const T* w, int64_t group, int64_t tile_index) {
    const auto& at = of_.weights;
    const int64_t m = tile_index * kTileRows, rows = std::min<int64_t>(kTileRows, of_.M - m);
    for (int64_t block = 0; block < plan_.blocks; ++block) {
      T* to = packed_.get() + (tile(group, block, tile_index) - packed_.get());
      if (bias_ && block == 0) {
        for (int64_t i = 0; i < rows; ++i) to[i] = bias_[group * of_.M + m + i];
        to += kTileRows;
      }
      for (int64_t c = 0; c < channels(block); ++c) {
        const T* from = w + at.at + group * at.group + m * at.row + (block * plan_.channels + c) * at.channel;
        for (int64_t z = 0; z < of_.axes[0].taps; ++z) {
          for (int64_t y = 0; y < of_.axes[1].taps; ++y) {
            for (int64_t x = 0; x < of_.axes[2].taps; ++x, to += kTileRows) {
              const T* tap = from + z * at.tap[0] + y * at.tap[1] + x * at.tap[2];
              for (int64_t i = 0; i < rows; ++i) to[i] = tap[i * at.row];
            }
          }
        }
      }
    }
  }

  const Correlation& of_;
  const Plan& plan_;
  const T* bias_;
  int64_t group_;
  Scratch<T> packed_;
};

// Part of a row of a box that a panel of columns has.
struct Segment {
  int64_t at;  // in the band
  int to, size;
};

// kTileCols columns of X from `column` on, all rows of a block: (k, kTileCols). Whole vectors are copied; what they
// have too much is overwritten by the next.
template <class T>
class Panel {
 public:
  static constexpr int kCols = kTileCols<T>, kHalf = kCols / 2;

  void pack(const Band<T>& band, int64_t row_size, int64_t column, int64_t columns, int64_t channels, bool ones,
            T* to) {
    cut(band, row_size, column, columns);
    if (ones) {
      std::fill_n(to, kCols, T(1));
      to += kCols;
    }
    for (int64_t c = 0; c < channels; ++c) {
      const T* channel = band.data + c * band.channel_stride;
      const bool safe = channel + farthest_ + kCols <= band.end;
      for (const int64_t tap : band.tap_at) {
        if (!safe) {
          copy_exactly(channel + tap, to);
        } else if (segments_.size() == 1) {
          copy_two(channel + tap + segments_[0].at, to);
        } else {
          for (const Segment& s : segments_) {
            if (s.size <= kHalf) {
              simd::store<T>(to + s.to, simd::load(channel + tap + s.at));
            } else {
              copy_two(channel + tap + s.at, to + s.to);
            }
          }
        }
        to += kCols;
      }
    }
  }

 private:
  static void copy_two(const T* from, T* to) {
    const auto first = simd::load(from), second = simd::load(from + kHalf);
    simd::store<T>(to, first);
    simd::store<T>(to + kHalf, second);
  }
  void copy_exactly(const T* from, T* to) const {
    for (const Segment& s : segments_) std::copy_n(from + s.at, s.size, to + s.to);
  }
  void cut(const Band<T>& band, int64_t row_size, int64_t column, int64_t columns) {
    segments_.clear();
    farthest_ = 0;
    for (int64_t j = 0; j < columns;) {
      const int64_t row = (column + j) / row_size, x = (column + j) % row_size;
      const int64_t size = std::min(columns - j, row_size - x), at = band.row_at[row] + x;
      if (!segments_.empty() && segments_.back().at + segments_.back().size == at) {
        segments_.back().size += static_cast<int>(size);
      } else {
        segments_.push_back({at, static_cast<int>(j), static_cast<int>(size)});
      }
      farthest_ = std::max(farthest_, at);
      j += size;
    }
    int64_t tap = 0;
    for (const int64_t t : band.tap_at) tap = std::max(tap, t);
    farthest_ += tap;
  }
  std::vector<Segment> segments_;
  int64_t farthest_ = 0;
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

  int64_t plane() const { return Geometry::count(of.target.size); }
  int64_t place(const Box& box, int64_t z, int64_t y) const {
    const auto& t = of.target;
    return ((t.begin[0] + (box.first[0] + z) * t.every[0]) * t.size[1] + t.begin[1] + (box.first[1] + y) * t.every[1]) *
               t.size[2] +
           t.begin[2] + box.first[2] * t.every[2];
  }

  void run(int64_t group, const Box& box, int64_t first_tile, int64_t end_tile) const {
    constexpr int kCols = kTileCols<T>;
    const int64_t in = of.axes[0].size * of.axes[1].size * of.axes[2].size, columns = box.columns();
    const int64_t m0 = first_tile * kTileRows, m1 = std::min(of.M, end_tile * kTileRows);
    Band<T> band({x + group * of.C * in, of.groups * of.C * in, in, x_end}, of.axes, true);
    const Scratch<T> panel((plan.channels * of.taps() + 3) * kCols);
    const bool dense = is_dense(box);
    Scratch<T> aside;
    if (!dense) aside.reserve((m1 - m0) * columns);
    T* c = dense ? y + ((box.image * of.groups + group) * of.M + m0) * plane() + place(box, 0, 0) : aside.get();
    const int64_t c_row = dense ? plane() : columns;
    Panel<T> packer;
    for (int64_t block = 0; block < plan.blocks; ++block) {
      band.read(box, block * plan.channels, weights.channels(block));
      const int64_t k = weights.depth(block), channels = weights.channels(block);
      for (int64_t j = 0; j < columns; j += kCols) {
        const int64_t cols = std::min<int64_t>(kCols, columns - j);
        packer.pack(band, box.size[2], j, cols, channels, k > channels * of.taps(), panel.get());
        for (int64_t tile = first_tile; tile < end_tile; ++tile) {
          const int64_t m = tile * kTileRows;
          multiply_tile<T>({.k = k,
                            .a = weights.tile(group, block, tile),
                            .a_row = 1,
                            .a_col = kTileRows,
                            .b = panel.get(),
                            .b_row = kCols,
                            .c = c + (m - m0) * c_row + j,
                            .c_row = c_row,
                            .rows = static_cast<int>(std::min<int64_t>(kTileRows, of.M - m)),
                            .cols = static_cast<int>(cols),
                            .add = block > 0});
        }
      }
    }
    if (!dense) put(group, box, m0, m1, c);
  }

  void put(int64_t group, const Box& box, int64_t m0, int64_t m1, const T* from) const {
    const int64_t every = of.target.every[2];
    for (int64_t m = m0; m < m1; ++m) {
      for (int64_t n = 0; n < box.images; ++n) {
        T* to = y + (((box.image + n) * of.groups + group) * of.M + m) * plane();
        for (int64_t z = 0; z < box.size[0]; ++z) {
          for (int64_t row = 0; row < box.size[1]; ++row, from += box.size[2]) {
            T* line = to + place(box, z, row);
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
  const Plan plan = plan_of(of);
  const PackedWeights<T> weights(of, plan, w, bias);
  const Boxes boxes(of.N, of.axes, plan.columns);
  const T* end = x + of.N * of.groups * of.C * of.axes[0].size * of.axes[1].size * of.axes[2].size;
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
