// A correlation that packs nothing: vectors of neighbouring outputs are read from the band for each tap, at any
// address. Up to 4 channels of the result meet 6 vectors at a time, up to 8 meet 3: 24 sums in registers, and per
// product at most half a load that crosses a line. Against the product of packed panels (correlation.cpp) this saves
// the packing, which costs as much as the products of some 8 channels, and reads the band again for every 8 channels.
// So it is better for few channels (3 colours, groups of 4: three times as fast), and up to some 100 by a tenth, but
// not where a channel and tap have a page of their own (1x1).
//
// The rows of a box follow each other in the band with a few elements of border between. Rows that fill vectors are
// written at once; others are one long run, if the border is less than a vector, and what is computed for it is left
// out at the end.
//
// Cut: a piece is a box of outputs of a group (NOTE [Bands]), of some channels; over input channels it adds in order.
#include "kernels/conv/direct.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/parallel.h"
#include "kernels/conv/weights.h"
#include "kernels/rows.h"
#include "kernels/simd.h"

namespace dlcore::kernels::conv {
namespace {

constexpr int kMostRows = simd::kRegisters == 32 ? 8 : 4;
constexpr int most_vectors(int rows) { return simd::kRegisters == 32 ? (rows <= 4 ? 6 : 3) : rows <= 2 ? 4 : 3; }
constexpr int64_t kBandElements = 64 * 1024;     // 256 KB in float32, in the second cache
constexpr int64_t kResultElements = 128 * 1024;  // of a piece, beside the band
constexpr int64_t kPieceWork = 1 << 20;          // multiplications: some 20 us
constexpr int64_t kEnoughPieces = 8;             // more would copy bands of small images more often

// A vector of neighbouring outputs: where the first one is in the band, without its tap; where it goes; how many count.
struct Place {
  int64_t at, to, lanes;
};

template <class T>
struct Tile {
  int64_t k;
  const T* x;
  const int64_t* tap_at;  // k places
  const T* w;             // (k, rows)
  const T* bias;          // (rows,), or null
  T* c;
  int64_t c_row;
  bool add, streams;
};

template <class T, int kRows, int kVectors>
void run(const Tile<T>& tile, const Place* places) {
  using namespace simd;
  Vector<T> sum[kRows][kVectors] = {};
  if (tile.bias) {
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 6
      for (int j = 0; j < kVectors; ++j) sum[i][j] = broadcast(tile.bias[i]);
    }
  }
  const T* x[kVectors];
#pragma GCC unroll 6
  for (int j = 0; j < kVectors; ++j) x[j] = tile.x + places[j].at;
  const T* w = tile.w;
  for (int64_t p = 0; p < tile.k; ++p, w += kRows) {
    const int64_t tap = tile.tap_at[p];
    Vector<T> v[kVectors];
#pragma GCC unroll 6
    for (int j = 0; j < kVectors; ++j) v[j] = load(x[j] + tap);
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) {
      const Vector<T> factor = broadcast(w[i]);
#pragma GCC unroll 6
      for (int j = 0; j < kVectors; ++j) sum[i][j] += factor * v[j];
    }
  }
#pragma GCC unroll 6
  for (int j = 0; j < kVectors; ++j) {
    const int64_t lanes = places[j].lanes;
    T* c = tile.c + places[j].to;
    const bool past = tile.streams && lanes == kWidth<T> && reinterpret_cast<uintptr_t>(c) % kVectorBytes == 0;
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i, c += tile.c_row) {
      if (past) {
        stream(c, sum[i][j]);
      } else if (lanes == kWidth<T>) {
        store<T>(c, tile.add ? load(c) + sum[i][j] : sum[i][j]);
      } else {
        store_part<T>(c, tile.add ? load_part(c, lanes) + sum[i][j] : sum[i][j], lanes);
      }
    }
  }
}

// As many vectors as are asked for, most_vectors(kRows) at a time, then half as many, then one.
template <class T, int kRows>
void run_all(const Tile<T>& tile, const Place* places, int64_t vectors) {
  constexpr int kMost = most_vectors(kRows), kHalf = kMost / 2;
  while (vectors > 0) {
    int n = 1;
    if (vectors >= kMost) {
      run<T, kRows, kMost>(tile, places);
      n = kMost;
    } else if (kHalf > 1 && vectors >= kHalf) {
      run<T, kRows, kHalf>(tile, places);
      n = kHalf;
    } else {
      run<T, kRows, 1>(tile, places);
    }
    vectors -= n;
    places += n;
  }
}

template <class T>
void run_all(const Tile<T>& tile, int rows, const std::vector<Place>& places) {
  using Function = void (*)(const Tile<T>&, const Place*, int64_t);
  static constexpr auto table = []<size_t... I>(std::index_sequence<I...>) {
    return std::array<Function, kMostRows>{run_all<T, I + 1>...};
  }
  (std::make_index_sequence<kMostRows>{});
  table[rows - 1](tile, places.data(), std::ssize(places));
}

template <class T>
class Piece {
 public:
  Piece(const Correlation& of, const T* x, const T* w, const T* bias, T* y) : of_(of), bias_(bias), y_(y), x_(x) {
    passes_ = pieces_of(of.M, kMostRows);
    const Axes& size = of.target.size;
    streams_ = streams_rows(y, of.N * of.groups * of.M * size[0] * size[1], size[2]);
    columns_ = std::clamp<int64_t>(kBandElements / of.C, 512, 2048);
    const int64_t work = of.N * of.groups * of.outputs() * of.M * of.C * of.taps();
    const int64_t wanted = std::min(kEnoughPieces, 1 + work / kPieceWork), outputs = of.N * of.groups * of.outputs();
    columns_ = std::max<int64_t>(std::min(columns_, pieces_of(outputs, wanted)), 32);
    shares_ = std::min(passes_, pieces_of(of.M * boxes().most_columns(), kResultElements));
    const int64_t pieces = of.groups * boxes().count();
    if (pieces * shares_ < wanted) shares_ = std::min(passes_, pieces_of(wanted, pieces));
    const Box box = boxes().at(0);
    int64_t band = box.images;
    for (int d = 0; d < 3; ++d) {
      const Sliding& a = of.axes[d];
      band *= (box.size[d] - 1) * a.stride + (a.taps - 1) * a.dilation + 1;
    }
    channels_ = std::clamp<int64_t>(kBandElements / band, 1, of.C);
    weights_ = Scratch<T>(of.groups * of.M * of.C * of.taps());
    parallel_for(of.groups * passes_, std::max<int64_t>(1, kElementGrain / (kMostRows * of.C * of.taps())),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const int64_t group = i / passes_, m = first(i % passes_), rows = first(i % passes_ + 1) - m;
                     pack_weights(of, w, group, m, rows, 0, of.C, weights_.data() + weights_at(group, m), rows);
                   }
                 });
  }

  Boxes boxes() const { return Boxes(of_.N, of_.axes, columns_); }

  int64_t shares() const { return shares_; }

  void run(int64_t group, const Box& box, int64_t share) const {
    const int64_t begin = share * passes_ / shares_, end_pass = (share + 1) * passes_ / shares_;
    const int64_t m0 = first(begin), m1 = first(end_pass);
    constexpr int64_t kW = simd::kWidth<T>, kSlack = kW;
    const T* end = x_ + of_.N * of_.groups * of_.C * of_.inputs();
    const int64_t in = of_.inputs();
    Band<T> band({x_ + group * of_.C * in, of_.groups * of_.C * in, in, end}, of_.axes, true, kSlack);
    std::vector<Place> places;
    std::vector<int64_t> row_to, tap_at;
    Scratch<T> aside;
    int64_t size = 0;
    for (int64_t c = 0; c < of_.C; c += channels_) {
      const int64_t channels = std::min(channels_, of_.C - c), k = channels * of_.taps();
      band.read(box, c, channels);
      const bool at_once = writes_at_once(band, box);
      if (at_once) {
        size = find_rows(band, box, places);
      } else {
        if (c == 0) aside = Scratch<T>((m1 - m0) * most_elements(band, box));
        size = find_runs(band, box, places, row_to);
      }
      tap_at.clear();
      for (int64_t i = 0; i < channels; ++i) {
        for (const int64_t tap : band.tap_at) tap_at.push_back(i * band.channel_stride + tap);
      }
      for (int64_t pass = begin; pass < end_pass; ++pass) {
        const int64_t m = first(pass), rows = first(pass + 1) - m;
        run_all<T>({.k = k,
                    .x = band.data,
                    .tap_at = tap_at.data(),
                    .w = weights_.data() + weights_at(group, m) + c * of_.taps() * rows,
                    .bias = bias_ && c == 0 ? bias_ + group * of_.M + m : nullptr,
                    .c = at_once ? y_ + of_.result_at(box.image, group, m) : aside.data() + (m - m0) * size,
                    .c_row = size,
                    .add = c > 0,
                    .streams = at_once && streams_ && channels == of_.C},
                   static_cast<int>(rows), places);
      }
    }
    if (aside.data()) put(group, box, m0, m1, row_to, aside.data(), size);
    if (streams_) simd::stream_end();
  }

 private:
  int64_t first(int64_t pass) const { return pass * of_.M / passes_; }
  int64_t weights_at(int64_t group, int64_t m) const { return (group * of_.M + m) * of_.C * of_.taps(); }

  // Rows are the same distance apart in every block of channels or further; each is at most its own run.
  static int64_t most_elements(const Band<T>& band, const Box& box) {
    return std::ssize(band.row_at) * (box.size[2] + 2 * simd::kWidth<T>);
  }

  // Whether rows lie in y as they are computed, of one image after the other, and fill vectors about as well by
  // themselves as with the borders between them. What is put aside is written twice.
  bool writes_at_once(const Band<T>& band, const Box& box) const {
    constexpr int64_t kW = simd::kWidth<T>;
    const int64_t row = box.size[2], apart = band.row_at.size() > 1 ? band.row_at[1] - band.row_at[0] : row;
    return of_.target.every[2] == 1 && pieces_of(row, kW) * kW * 8 <= std::max(apart, row) * 9;
  }

  // The vectors of each row, from the first image's place on; returns how far channels are apart in y.
  int64_t find_rows(const Band<T>& band, const Box& box, std::vector<Place>& places) const {
    constexpr int64_t kW = simd::kWidth<T>;
    places.clear();
    const int64_t* at = band.row_at.data();
    for (int64_t n = 0; n < box.images; ++n) {
      const int64_t image = of_.result_at(n, 0, 0);
      for (int64_t z = 0; z < box.size[0]; ++z) {
        for (int64_t row = 0; row < box.size[1]; ++row, ++at) {
          const int64_t to = image + of_.row_at(box, z, row);
          for (int64_t j = 0; j < box.size[2]; j += kW)
            places.push_back({*at + j, to + j, std::min(kW, box.size[2] - j)});
        }
      }
    }
    return Geometry::count(of_.target.size);
  }

  // The vectors of rows joined to runs; returns how many elements all have.
  static int64_t find_runs(const Band<T>& band, const Box& box, std::vector<Place>& places,
                           std::vector<int64_t>& row_to) {
    constexpr int64_t kW = simd::kWidth<T>;
    places.clear();
    row_to.clear();
    int64_t begin = 0, end = 0, to = 0;  // of the last run, in the band and aside
    for (const int64_t at : band.row_at) {
      if (row_to.empty() || at - end >= kW || at < end) {
        to = std::ssize(places) * kW;
        begin = at;
      }
      row_to.push_back(to + at - begin);
      end = at + box.size[2];
      while (std::ssize(places) * kW - to < end - begin) {
        const int64_t done = std::ssize(places) * kW;
        places.push_back({begin + done - to, done, kW});
      }
    }
    return std::ssize(places) * kW;
  }

  void put(int64_t group, const Box& box, int64_t m0, int64_t m1, const std::vector<int64_t>& row_to, const T* from,
           int64_t size) const {
    const int64_t every = of_.target.every[2];
    for (int64_t m = m0; m < m1; ++m, from += size) {
      const int64_t* at = row_to.data();
      for (int64_t n = 0; n < box.images; ++n) {
        T* to = y_ + of_.result_at(box.image + n, group, m);
        for (int64_t z = 0; z < box.size[0]; ++z) {
          for (int64_t row = 0; row < box.size[1]; ++row) {
            const T* source = from + *at++;
            T* line = to + of_.row_at(box, z, row);
            if (every == 1) {
              const bool past = streams_ && reinterpret_cast<uintptr_t>(line) % simd::kVectorBytes == 0;
              write_row(box.size[2], line, past, [=](auto place) { return place(source); });
            } else {
              for (int64_t i = 0; i < box.size[2]; ++i) line[i * every] = source[i];
            }
          }
        }
      }
    }
  }

  const Correlation& of_;
  const T* bias_;
  T* y_;
  const T* x_;
  int64_t passes_, shares_, columns_, channels_;
  bool streams_;
  Scratch<T> weights_;
};

}  // namespace

template <class T>
bool is_faster_direct(const Correlation& of) {
  constexpr int64_t kManyRows = 96, kShortRow = 8;
  return of.M <= kMostRows || (of.taps() > 1 && (of.M <= kManyRows || of.axes[2].outputs <= kShortRow));
}

template <class T>
void correlate_direct(const Correlation& of, const T* x, const T* w, const T* bias, T* y) {
  const Piece<T> piece(of, x, w, bias, y);
  const Boxes boxes = piece.boxes();
  const int64_t shares = piece.shares(), work = boxes.most_columns() * of.M * of.C * of.taps() / shares;
  parallel_for(of.groups * boxes.count() * shares, std::max<int64_t>(1, kPieceWork / 2 / std::max<int64_t>(work, 1)),
               [&](int64_t begin, int64_t end) {
                 for (int64_t i = begin; i < end; ++i) {
                   const int64_t rest = i / shares;
                   piece.run(rest / boxes.count(), boxes.at(rest % boxes.count()), i % shares);
                 }
               });
}

template bool is_faster_direct<float>(const Correlation&);
template bool is_faster_direct<double>(const Correlation&);
template void correlate_direct(const Correlation&, const float*, const float*, const float*, float*);
template void correlate_direct(const Correlation&, const double*, const double*, const double*, double*);

}  // namespace dlcore::kernels::conv
