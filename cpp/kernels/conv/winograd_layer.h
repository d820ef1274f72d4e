#pragma once

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "kernels/conv/geometry.h"
#include "kernels/conv/winograd_tiles.h"
#include "kernels/gemm/micro_kernel.h"

namespace dlcore::kernels::conv::winograd {

inline constexpr int kPanel = kTileCols<float>;  // outputs that are multiplied together

inline int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

// A 3x3 convolution of C_in planes (H, W) to C_out planes (OH, OW).
struct Layer {
  int64_t N, C_in, C_out, H, W, OH, OW, top, left;

  static Layer of(const Geometry& g) {
    return {g.N, g.C_in, g.C_out, g.input[1], g.input[2], g.output[1], g.output[2], g.padding[1], g.padding[2]};
  }
  // The convolution that is the gradient to the input.
  Layer turned() const { return {N, C_out, C_in, OH, OW, H, W, 2 - top, 2 - left}; }
};

// Tiles in segments of equal length, at most kLongestSegment tiles of one row. The last of a row may have tiles beyond
// the edge: their outputs are dropped. Segments are numbered row by row, image by image.
struct Segments {
  int64_t rows, per_row, tiles, count;

  explicit Segments(const Layer& of) {
    const int64_t across = pieces_of(of.OW, kOut);
    rows = pieces_of(of.OH, kOut);
    per_row = pieces_of(across, kLongestSegment);
    tiles = per_row == 0 ? 0 : pieces_of(across, per_row);
    count = of.N * rows * per_row;
  }
  struct Place {
    int64_t n, row, col;  // image, first output
  };
  Place operator[](int64_t i) const {
    return {i / (rows * per_row), i / per_row % rows * kOut, i % per_row * tiles * kOut};
  }
};

// `frequencies` matrices of rows that are an odd number of cache lines long, so that neither rows nor frequencies fall
// on the same few places of a cache.
struct Matrices {
  int64_t row, frequency;

  Matrices(int64_t rows, int64_t cols) {
    constexpr int64_t kLine = 16;
    row = round_up(cols, std::max<int64_t>(kW, kLine));
    if (row / kLine % 2 == 0) row += kLine;
    frequency = rows * row;
    if (frequency / kLine % 2 == 0) frequency += kLine;
  }
  int64_t size() const { return kFrequencies * frequency; }
};

// Transforms kW channels from c on of segments [from, to) of x (N, C, H, W); the first tile goes to v.
template <class Transform>
void transform_segments(const Segments& segments, int64_t from, int64_t to, const float* x, int64_t C, int64_t H,
                        int64_t W, int64_t top, int64_t left, int64_t c, float* v, const Matrices& of) {
  for (int64_t s = from; s < to; ++s, v += segments.tiles * of.row) {
    const auto at = segments[s];
    const Planes<const float> planes{x + (at.n * C + c) * H * W, H, W, static_cast<int>(std::min<int64_t>(kW, C - c))};
    to_frequencies<Transform>(planes, at.row - top, at.col - left, segments.tiles, v, of.frequency, of.row);
  }
}

// Cycles that things took on a processor with AVX-512, where they are as many instructions as elsewhere but each does
// more: a comparison of two ways holds for others.
namespace cycles {
inline constexpr double kInput = 290, kOutput = 240, kGradient = 280;  // transforms of a tile in kW channels
inline constexpr double kFilter = 175, kToFilter = 85;                 // of kW filters
inline constexpr double kTile = 60;                                    // to begin and end a tile of products
inline constexpr double kPerCycle = 2 * kW;                            // multiplications, in the inner loop

// `frequencies` products (m, k) times (k, n).
inline double products(int64_t m, int64_t n, int64_t k) {
  const auto panels = static_cast<double>(n / kPanel) + (n % kPanel == 0 ? 0 : n % kPanel <= kW ? 0.5 : 1);
  const auto tiles = static_cast<double>(pieces_of(m, kTileRows));
  return kFrequencies * (panels * kPanel * static_cast<double>(m * k) / kPerCycle + tiles * std::ceil(panels) * kTile);
}
}  // namespace cycles

// How many cycles the convolution is expected to take on one thread, and the gradient to its weights.
double forward_cycles(const Layer& of);
double weight_gradient_cycles(const Layer& of);

// Rows of C in tiles of about the same height, at most kTileRows: two rows alone would take as long as eight.
inline int64_t even_rows(int64_t rows) { return pieces_of(rows, pieces_of(rows, kTileRows)); }

}  // namespace dlcore::kernels::conv::winograd
