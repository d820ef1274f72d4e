// A product over outputs: of the rows of x, one per channel and tap, and the rows of dy, one per channel. One side is
// packed transposed, so that a vector of its rows lies together for each output; of the other side, single elements are
// read where they are, in the band, and meet that vector in all lanes. So nothing of im2col is written, and a tile of
// dw stays in registers while a box of outputs runs by. Which side is packed is a matter of sizes: packing costs some
// 9 cycles a vector, and lanes without a row are lost.
//
// A piece that reads dy for the first time adds it up for the bias too, while it is in the cache.
//
// Cut: dw into blocks of both sides, and the outputs into chunks, each a number of boxes (NOTE [Bands]) that follow
// each other; chunks have sums of their own, which are added in order.
#include "kernels/conv/weight_gradient.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "core/parallel.h"
#include "kernels/conv/band.h"
#include "kernels/simd.h"

namespace dlcore::kernels::conv {
namespace {

// 8 x 3 sums, 3 vectors and an element leave 32 registers room, as 4 x 3 do 16; more rows would need more addresses
// than there are registers for.
constexpr int kRows = simd::kRegisters == 32 ? 8 : 4, kMostVectors = 3;
constexpr int64_t kBlockVectors = 12;           // of the packed side per piece
constexpr int64_t kBlockRows = 512;             // of the other side, about
constexpr int64_t kPackedElements = 48 * 1024;  // per piece, in the second cache
constexpr int64_t kPieceWork = 1 << 20;         // multiplications: some 20 us
constexpr int64_t kEnoughPieces = 32;
constexpr int64_t kMostSums = 4 << 20;  // elements of all chunks together, beyond one dw

// Outputs that follow each other: at, at + step, ...
struct Run {
  int64_t at, size;
};

template <class T>
void find_runs(const Band<T>& band, int64_t row_size, std::vector<Run>& runs) {
  runs.clear();
  for (const int64_t at : band.row_at) {
    if (!runs.empty() && runs.back().at + runs.back().size * band.step == at) {
      runs.back().size += row_size;
    } else {
      runs.push_back({at, row_size});
    }
  }
}

template <class T>
void find_rows(const Band<T>& band, int64_t channels, std::vector<int64_t>& rows) {
  rows.clear();
  for (int64_t c = 0; c < channels; ++c) {
    for (const int64_t tap : band.tap_at) rows.push_back(c * band.channel_stride + tap);
  }
}

template <class T>
struct TileSum {
  const T* a;
  const int64_t* rows;  // of the tile, in a
  int64_t step;
  const std::vector<Run>& runs;
  const T* b;  // (outputs, vectors)
  T* c;
  int64_t c_row;
  bool add;  // to what c holds
};

template <class T, int kCount, int kVectors>
void add_tile(const TileSum<T>& tile) {
  using namespace simd;
  constexpr int kW = kWidth<T>;
  Vector<T> sum[kCount][kVectors] = {};
  const T* a[kCount];
  for (int i = 0; i < kCount; ++i) a[i] = tile.a + tile.rows[i];
  const T* b = tile.b;
  const int64_t step = tile.step;
  for (const Run& run : tile.runs) {
    int64_t at = run.at;
    for (int64_t n = run.size; n > 0; --n, at += step, b += kVectors * kW) {
      Vector<T> v[kVectors];
#pragma GCC unroll 3
      for (int j = 0; j < kVectors; ++j) v[j] = load(b + j * kW);
#pragma GCC unroll 8
      for (int i = 0; i < kCount; ++i) {
        const Vector<T> x = broadcast(a[i][at]);
#pragma GCC unroll 3
        for (int j = 0; j < kVectors; ++j) sum[i][j] += x * v[j];
      }
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < kCount; ++i) {
#pragma GCC unroll 3
    for (int j = 0; j < kVectors; ++j) {
      T* c = tile.c + i * tile.c_row + j * kW;
      store<T>(c, tile.add ? load(c) + sum[i][j] : sum[i][j]);
    }
  }
}

template <class T>
void add_tile(const TileSum<T>& tile, int rows, int vectors) {
  using Function = void (*)(const TileSum<T>&);
  static constexpr auto table = []<size_t... I>(std::index_sequence<I...>) {
    return std::array<std::array<Function, kMostVectors>, kRows>{
        {{add_tile<T, I + 1, 1>, add_tile<T, I + 1, 2>, add_tile<T, I + 1, 3>}...}};
  }
  (std::make_index_sequence<kRows>{});
  table[rows - 1][vectors - 1](tile);
}

// Rows become columns: halves change places, then quarters, ...
template <class T, int kStep = simd::kWidth<T> / 2>
[[gnu::always_inline]] inline void transpose(simd::Vector<T>* v) {
  if constexpr (kStep > 0) {
    constexpr int kW = simd::kWidth<T>;
    [&]<int... kLane>(std::integer_sequence<int, kLane...>) __attribute__((always_inline)) {
#pragma GCC unroll 16
      for (int i = 0; i < kW; ++i) {
        if (i & kStep) continue;
        const auto a = v[i], b = v[i + kStep];
        v[i] = __builtin_shufflevector(a, b, (kLane & kStep ? kW + kLane - kStep : kLane)...);
        v[i + kStep] = __builtin_shufflevector(a, b, (kLane & kStep ? kW + kLane : kLane + kStep)...);
      }
    }
    (std::make_integer_sequence<int, kW>{});
    transpose<T, kStep / 2>(v);
  }
}

// A vector of rows: to[n * stride + lane] is output n of row `lane`; of lanes without a row, `kept` are written.
template <class T>
void pack_transposed(const T* data, const int64_t* rows, int count, std::span<const Run> runs, T* to, int64_t stride,
                     int kept) {
  constexpr int kW = simd::kWidth<T>;
  const T* row[kW];
  for (int i = 0; i < kW; ++i) row[i] = data + rows[std::min(i, count - 1)];
  for (const Run& run : runs) {
    for (int64_t n = 0; n < run.size; n += kW) {
      const int64_t left = std::min<int64_t>(kW, run.size - n);
      simd::Vector<T> v[kW];
#pragma GCC unroll 16
      for (int i = 0; i < kW; ++i) v[i] = simd::load(row[i] + run.at + n);
      transpose<T>(v);
      if (left == kW && kept == kW) {
#pragma GCC unroll 16
        for (int i = 0; i < kW; ++i) simd::store<T>(to + i * stride, v[i]);
      } else {
        for (int i = 0; i < left; ++i) simd::store_part<T>(to + i * stride, v[i], kept);
      }
      to += left * stride;
    }
  }
}

// What a box holds of one channel, where its outputs are neighbours in memory.
template <class T>
T sum_of(const T* channel, std::span<const Run> runs) {
  using namespace simd;
  constexpr int kW = kWidth<T>;
  Vector<T> even{}, odd{};
  T rest = 0;
  for (const Run& run : runs) {
    const T* x = channel + run.at;
    int64_t n = 0;
    for (; n + 2 * kW <= run.size; n += 2 * kW) {
      even += load(x + n);
      odd += load(x + n + kW);
    }
    for (; n < run.size; ++n) rest += x[n];
  }
  return simd::sum<T>(even + odd) + rest;
}

// One side of the product: channels, each with some rows.
struct Side {
  SlidingAxes axes;
  int64_t channels, taps;      // of a group
  int64_t block_channels = 0;  // per piece
  int64_t blocks = 0;

  int64_t rows() const { return channels * taps; }
  void cut(int64_t most_rows) {
    block_channels = std::clamp<int64_t>(most_rows / taps, 1, channels);
    blocks = pieces_of(channels, block_channels);
    block_channels = pieces_of(channels, blocks);
    blocks = pieces_of(channels, block_channels);
  }
  int64_t channels_of(int64_t block) const { return std::min(block_channels, channels - block * block_channels); }
};

template <class T>
class WeightGradient {
 public:
  WeightGradient(const Geometry& of, const T* dy, const T* x, T* dw, T* db) : of_(of), dw_(dw), db_(db) {
    Side left, right;  // x, dy
    for (int d = 0; d < 3; ++d) {
      left.axes[d] = {of.input[d], of.output[d], of.stride[d], -of.padding[d], of.kernel[d], of.dilation[d]};
      right.axes[d] = {of.output[d], of.output[d], 1, 0, 1, 1};
    }
    left.channels = of.C_in;
    left.taps = of.taps();
    right.channels = of.C_out;
    right.taps = 1;
    packs_x_ = cost(right, left) < cost(left, right);
    read_ = packs_x_ ? right : left;
    packed_ = packs_x_ ? left : right;
    const T* x_end = x + of.N * of.groups * of.C_in * of.inputs();
    const T* dy_end = dy + of.N * of.groups * of.C_out * of.outputs();
    const Images<T> xs{x, of.groups * of.C_in * of.inputs(), of.inputs(), x_end};
    const Images<T> dys{dy, of.groups * of.C_out * of.outputs(), of.outputs(), dy_end};
    read_images_ = packs_x_ ? dys : xs;
    packed_images_ = packs_x_ ? xs : dys;
  }

  void run() {
    read_.cut(kBlockRows);
    packed_.cut(kBlockVectors * kW);
    const int64_t packed_rows = packed_.block_channels * packed_.taps;
    const Boxes boxes(of_.N, read_.axes, std::clamp<int64_t>(kPackedElements / packed_rows, 128, 1024));
    const int64_t blocks = of_.groups * read_.blocks * packed_.blocks;
    sum_row_ = pieces_of(packed_rows, kW) * kW;
    sum_block_ = read_.block_channels * read_.taps * sum_row_;
    const int64_t work = of_.N * of_.outputs() * read_.rows() * packed_.rows() * of_.groups;
    chunks_ = std::min(
        {work / kPieceWork, pieces_of(kEnoughPieces, blocks), kMostSums / (sum_block_ * blocks), boxes.count()});
    const int64_t chunk = pieces_of(boxes.count(), std::max<int64_t>(chunks_, 1));
    chunks_ = pieces_of(boxes.count(), chunk);
    sums_ = Scratch<T>(chunks_ * blocks * sum_block_);
    if (db_) dy_sums_.resize(chunks_ * of_.groups * of_.C_out);
    const int64_t grain = std::max<int64_t>(1, kPieceWork / 2 * chunks_ * blocks / std::max<int64_t>(work, 1));
    parallel_for(chunks_ * blocks, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t block = i % blocks, first = i / blocks * chunk;
        piece(block, boxes, first, std::min(boxes.count(), first + chunk), sums_.data() + i * sum_block_,
              db_ ? dy_sums_.data() + i / blocks * of_.groups * of_.C_out : nullptr);
      }
    });
    parallel_for(blocks, std::max<int64_t>(1, kElementGrain / (sum_block_ * chunks_)), [&](int64_t begin, int64_t end) {
      for (int64_t block = begin; block < end; ++block) gather(block, blocks);
    });
    if (db_) gather_bias();
  }

 private:
  static constexpr int64_t kW = simd::kWidth<T>;

  // Cycles per output: the products, and packing once for every block of what is read.
  static double cost(const Side& read, const Side& packed) {
    const auto vectors = static_cast<double>(pieces_of(packed.rows(), kW));
    return vectors *
           (static_cast<double>(read.rows()) / 2 + 9.0 * static_cast<double>(pieces_of(read.rows(), kBlockRows)));
  }

  void piece(int64_t block, const Boxes& boxes, int64_t first_box, int64_t end_box, T* sums, double* dy_sums) const {
    const int64_t packed_block = block % packed_.blocks, read_block = block / packed_.blocks % read_.blocks;
    const int64_t group = block / packed_.blocks / read_.blocks;
    const auto of_group = [&](Images<T> images, const Side& side) {
      images.data += group * side.channels * images.channel_stride;
      return images;
    };
    Band<T> a(of_group(read_images_, read_), read_.axes, false, 0),
        b(of_group(packed_images_, packed_), packed_.axes, true, kW);
    const int64_t a_channels = read_.channels_of(read_block), b_channels = packed_.channels_of(packed_block);
    const int64_t rows = a_channels * read_.taps, lanes = b_channels * packed_.taps, vectors = pieces_of(lanes, kW);
    Scratch<T> panel(boxes.most_columns() * vectors * kW);
    std::vector<Run> a_runs, b_runs;
    std::vector<int64_t> a_rows, b_rows;
    for (int64_t i = first_box; i < end_box; ++i) {
      const Box box = boxes.at(i);
      a.read(box, read_block * read_.block_channels, a_channels);
      b.read(box, packed_block * packed_.block_channels, b_channels);
      find_runs(a, box.size[2], a_runs);
      find_runs(b, box.size[2], b_runs);
      find_rows(a, a_channels, a_rows);
      find_rows(b, b_channels, b_rows);
      if (dy_sums && (packs_x_ ? packed_block : read_block) == 0) {
        const Band<T>& dy = packs_x_ ? a : b;
        double* to = dy_sums + group * of_.C_out +
                     (packs_x_ ? read_block * read_.block_channels : packed_block * packed_.block_channels);
        for (int64_t c = 0; c < (packs_x_ ? a_channels : b_channels); ++c)
          to[c] += sum_of<T>(dy.data + c * dy.channel_stride + dy.tap_at[0], packs_x_ ? a_runs : b_runs);
      }
      const int64_t tiles = pieces_of(vectors, kMostVectors);
      for (int64_t tile = 0; tile < tiles; ++tile) {
        const int64_t v0 = tile * vectors / tiles, v1 = (tile + 1) * vectors / tiles;
        T* packed = panel.data();
        for (int64_t v = v0; v < v1; ++v) {
          pack_transposed(b.data, b_rows.data() + v * kW, static_cast<int>(std::min(kW, lanes - v * kW)), b_runs,
                          packed + (v - v0) * kW, (v1 - v0) * kW, kW);
        }
        for (int64_t r = 0; r < rows; r += kRows) {
          add_tile<T>({a.data, a_rows.data() + r, a.step, a_runs, packed, sums + r * sum_row_ + v0 * kW, sum_row_,
                       i > first_box},
                      static_cast<int>(std::min<int64_t>(kRows, rows - r)), static_cast<int>(v1 - v0));
        }
      }
    }
  }

  // Adds the chunks' sums of a block up and puts them where they belong in dw (groups, C_out, C_in * taps).
  void gather(int64_t block, int64_t blocks) const {
    const int64_t packed_block = block % packed_.blocks, read_block = block / packed_.blocks % read_.blocks;
    const int64_t group = block / packed_.blocks / read_.blocks;
    const int64_t rows = read_.channels_of(read_block) * read_.taps;
    const int64_t lanes = packed_.channels_of(packed_block) * packed_.taps;
    const int64_t row0 = read_block * read_.block_channels * read_.taps;
    const int64_t lane0 = packed_block * packed_.block_channels * packed_.taps, width = of_.C_in * of_.taps();
    T* to = dw_ + group * of_.C_out * width + (packs_x_ ? row0 * width + lane0 : lane0 * width + row0);
    T* total = sums_.data() + block * sum_block_;
    for (int64_t r = 0; r < rows; ++r) {
      T* row = total + r * sum_row_;
      for (int64_t chunk = 1; chunk < chunks_; ++chunk) {
        const T* more = row + chunk * blocks * sum_block_;
        for (int64_t i = 0; i < lanes; ++i) row[i] += more[i];
      }
      if (packs_x_) std::copy_n(row, lanes, to + r * width);
    }
    if (packs_x_) return;
    const Run all{0, lanes};
    int64_t at[kW];
    for (int64_t r = 0; r < rows; r += kW) {
      const auto count = static_cast<int>(std::min(kW, rows - r));
      for (int i = 0; i < count; ++i) at[i] = (r + i) * sum_row_;
      pack_transposed(total, at, count, {&all, 1}, to + r, width, count);
    }
  }

  void gather_bias() const {
    const int64_t channels = of_.groups * of_.C_out;
    for (int64_t c = 0; c < channels; ++c) {
      double total = 0;
      for (int64_t chunk = 0; chunk < chunks_; ++chunk) total += dy_sums_[chunk * channels + c];
      db_[c] = static_cast<T>(total);
    }
  }

  const Geometry& of_;
  T *dw_, *db_;
  bool packs_x_;
  Side read_, packed_;
  Images<T> read_images_, packed_images_;
  int64_t chunks_ = 1, sum_row_ = 0, sum_block_ = 0;
  Scratch<T> sums_;
  std::vector<double> dy_sums_;  // (chunks, groups * C_out)
};

}  // namespace

template <class T>
void weight_gradient(const Geometry& of, const T* dy, const T* x, T* dw, T* db) {
  const int64_t size = of.groups * of.C_out * of.C_in * of.taps();
  if (size == 0) return;
  if (of.N * of.outputs() == 0) {
    std::fill_n(dw, size, T(0));
    if (db) std::fill_n(db, of.groups * of.C_out, T(0));
    return;
  }
  WeightGradient<T>(of, dy, x, dw, db).run();
}

template void weight_gradient(const Geometry&, const float*, const float*, float*, float*);
template void weight_gradient(const Geometry&, const double*, const double*, double*, double*);

}  // namespace dlcore::kernels::conv
