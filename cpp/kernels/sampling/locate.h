#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/grid_sample.h"

// NOTE [Where a point of a grid lies]
// Along each axis a point reads `taps` neighbouring pixels, from `first` on, with weights that are polynomials of how far
// it lies between two of them; so its value is a sum over the product of the axes' taps, and a derivative along an axis
// is the same sum with the polynomials' derivatives. All of it is found for kChunk points at a time, as vectors, and
// serves every channel.
//
// Coordinates far away or no numbers at all never become integers: they are first held to the few pixels about the image
// where every tap is outside (zeros), or gives the outermost pixel (border). With padding reflection, what is infinite
// is, like NaN, the first pixel.
namespace dlcore::kernels::sampling {

inline constexpr int kChunk = 64;  // points: their weights stay in the first cache, and it is whole vectors at any level
inline constexpr int kLead = 4;    // at most so many pixels before the first one and behind the last are named by taps

template <class T>
using Index = std::conditional_t<sizeof(T) == 4, int32_t, int64_t>;

// One axis, and what its weights are.
template <class T>
struct Axis {
  Axis(const GridSample& of, int axis)
      : padding(of.padding), taps(of.taps), order(of.order[axis]), n(static_cast<T>(of.sizes[axis])) {
    half = of.align_corners ? (n - 1) / 2 : n / 2;
    shift = of.align_corners ? T(0) : T(0.5);
    span = of.align_corners ? n - 1 : n;
    constexpr double a = -0.75;  // of Keys' cubic convolution, 1981
    static constexpr double kLinear[4][4] = {{1, -1}, {0, 1}};
    static constexpr double kCubic[4][4] = {
        {0, a, -2 * a, a}, {1, 0, -(a + 3), a + 2}, {0, -a, 2 * a + 3, -(a + 2)}, {0, 0, a, -a}};
    for (int k = 0; k < 4; ++k) {
      double c[4];
      std::copy_n(taps == 4 ? kCubic[k] : kLinear[k], 4, c);
      const auto differentiate = [&] {  // with respect to the grid's coordinate
        for (int i = 0; i < 4; ++i) c[i] = i < 3 ? (i + 1) * c[i + 1] * static_cast<double>(half) : 0;
      };
      for (int i = 0; i < order; ++i) differentiate();
      for (int i = 0; i < 4; ++i) weight[k][i] = static_cast<T>(c[i]);
      differentiate();
      for (int i = 0; i < 4; ++i) slope[k][i] = static_cast<T>(c[i]);
    }
  }
  Padding padding;
  int taps, order;
  T n, half, shift, span;        // x = (g + 1) half - shift; reflections are `span` apart
  T weight[4][4], slope[4][4];   // polynomials of the weights, and of their derivatives along the grid's coordinate
};

// Positions of kChunk coordinates, and the derivative of each with respect to the position without padding: -1, 0 or 1.
template <class T>
void positions(const Axis<T>& axis, const T* g, T* __restrict x, T* __restrict m) {
  const T n = axis.n, half = axis.half, shift = axis.shift, span = axis.span;
  for (int i = 0; i < kChunk; ++i) {
    x[i] = (g[i] + 1) * half - shift;
    m[i] = 1;
  }
  if (axis.padding == Padding::Reflection) {
    for (int i = 0; i < kChunk; ++i) {
      const T way = x[i] + shift, distance = std::abs(way), flips = std::floor(distance / span);
      const T extra = distance - flips * span, half_flips = flips * T(0.5), sign = way < 0 ? T(-1) : T(1);
      const bool odd = half_flips != std::floor(half_flips);
      const T inside = (odd ? span - extra : extra) - shift;
      x[i] = inside == inside ? inside : T(0);
      m[i] = inside == inside ? (odd ? -sign : sign) : T(0);
    }
  }
  if (axis.padding != Padding::Zeros && axis.taps < 4) {
    for (int i = 0; i < kChunk; ++i) {
      m[i] = (x[i] > 0) & (x[i] < n - 1) ? m[i] : T(0);
      const T low = x[i] > 0 ? x[i] : T(0);  // 0 of NaN
      x[i] = low < n - 1 ? low : n - 1;
    }
  } else {
    const T least = axis.taps == 4 ? T(-3) : T(-2), most = axis.taps == 4 ? n + 1 : n;
    for (int i = 0; i < kChunk; ++i) {
      const T low = x[i] > least ? x[i] : least;
      x[i] = low < most ? low : most;
    }
  }
}

template <class T, int K>
void polynomials(const T (*c)[4], const T* __restrict t, T (*__restrict w)[kChunk]) {
  for (int k = 0; k < K; ++k) {
    for (int i = 0; i < kChunk; ++i)
      w[k][i] = K == 4 ? ((c[k][3] * t[i] + c[k][2]) * t[i] + c[k][1]) * t[i] + c[k][0] : c[k][1] * t[i] + c[k][0];
  }
}

// The pixel of the first tap, -kLead ... n - 1, and weights [K][kChunk]; those of the derivative too if asked.
template <class T, int K>
void locate(const Axis<T>& axis, const T* g, Index<T>* __restrict first, T (*w)[kChunk], T (*dw)[kChunk] = nullptr) {
  T x[kChunk], m[kChunk];
  positions(axis, g, x, m);
  if constexpr (K == 1) {
    for (int i = 0; i < kChunk; ++i) first[i] = static_cast<Index<T>>(std::rint(x[i]));
    return;
  }
  for (int i = 0; i < kChunk; ++i) {
    const T whole = std::floor(x[i]);
    first[i] = static_cast<Index<T>>(whole) - (K == 4);
    x[i] -= whole;
  }
  polynomials<T, K>(axis.weight, x, w);
  if (axis.padding == Padding::Zeros) {
    if (dw) polynomials<T, K>(axis.slope, x, dw);
    return;
  }
  const auto turn = [&](T (*of)[kChunk], int order) {  // m^order times
    for (; order > 0; order -= order > 2 ? 2 : 1) {
      for (int k = 0; k < K; ++k) {
        for (int i = 0; i < kChunk; ++i) of[k][i] *= m[i];
      }
    }
  };
  turn(w, axis.order);
  if (!dw) return;
  polynomials<T, K>(axis.slope, x, dw);
  turn(dw, axis.order + 1);
}

// The coordinates of `count` points as one array per axis; behind them, the middle of the image.
template <class T, int D>
void load_points(const T* grid, int64_t count, T (*g)[kChunk]) {
  for (int d = 0; d < D; ++d) {
    for (int64_t i = 0; i < count; ++i) g[d][i] = grid[i * D + d];
    std::fill(g[d] + count, g[d] + kChunk, T(0));
  }
}

// Which pixel of an axis lies at -kLead ... n + kLead - 1; -1 is none, and counts as zero.
inline std::vector<int32_t> pixels_about(const GridSample& of, int axis) {
  const int64_t n = of.sizes[axis];
  std::vector<int32_t> at(n + 2 * kLead, -1);
  for (int64_t i = 0; i < n; ++i) at[i + kLead] = static_cast<int32_t>(i);
  if (of.taps < 4 || of.padding == Padding::Zeros) return at;
  const int64_t period = std::max<int64_t>(of.align_corners ? 2 * (n - 1) : 2 * n, 1);
  for (int64_t i = -kLead; i < n + kLead; ++i) {
    int64_t j = std::clamp<int64_t>(i, 0, n - 1);
    if (of.padding == Padding::Reflection) {
      j = ((i % period) + period) % period;
      if (j >= n) j = period - j - (of.align_corners ? 0 : 1);
    }
    at[i + kLead] = static_cast<int32_t>(std::clamp<int64_t>(j, 0, n - 1));
  }
  return at;
}

}  // namespace dlcore::kernels::sampling
