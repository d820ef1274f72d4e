#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/grid_sample.h"
#include "kernels/simd.h"

// NOTE [Where a point of a grid lies]
// Along each axis a point reads `taps` neighbouring pixels, from `first` on, with weights that are polynomials of how
// far it lies between two of them; so its value is a sum over the product of the axes' taps, and a derivative along an
// axis is the same sum with the polynomials' derivatives. All of it is found for kChunk points at a time, as vectors,
// and serves every channel.
//
// Coordinates far away or no numbers at all never become integers: they are first held to the few pixels about the
// image where every tap is outside (zeros), or gives the outermost pixel (border). With padding reflection, what is
// infinite is, like NaN, the first pixel.
namespace dlcore::kernels::sampling {

inline constexpr int kChunk =
    64;                          // points: their weights stay in the first cache, and it is whole vectors at any level
inline constexpr int kLead = 4;  // at most so many pixels before the first one and behind the last are named by taps

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
  T n, half, shift, span;       // x = (g + 1) half - shift; reflections are `span` apart
  T weight[4][4], slope[4][4];  // polynomials of the weights, and of their derivatives along the grid's coordinate
};

// Positions of a vector of coordinates, and the derivative of each with respect to the position without padding: -1, 0
// or 1.
template <class T>
struct Position {
  simd::Vector<T> x, m;
};
template <class T, int K, Padding kPadding>
[[gnu::always_inline]] inline Position<T> position(const Axis<T>& axis, simd::Vector<T> g) {
  using V = simd::Vector<T>;
  const T n = axis.n;
  const V zero{}, one = simd::broadcast(T(1));
  V x = (g + 1) * axis.half - axis.shift, m = one;
  if constexpr (kPadding == Padding::Reflection) {
    const V way = x + axis.shift, distance = way < 0 ? -way : way;
    const V flips = simd::floor<T>(distance / axis.span), halves = simd::floor<T>(flips * T(0.5));
    const V extra = distance - flips * axis.span, sign = way < 0 ? -one : one;
    const auto odd = halves + halves != flips;
    x = (odd ? axis.span - extra : extra) - axis.shift;
    m = odd ? -sign : sign;
    m = x == x ? m : zero;
    x = x == x ? x : zero;
  }
  if constexpr (kPadding != Padding::Zeros && K < 4) {
    m = x > 0 ? m : zero;
    m = x < n - 1 ? m : zero;
    x = simd::smaller<T>(simd::larger<T>(x, zero), simd::broadcast(n - 1));  // 0 of NaN
  } else {
    const V least = simd::broadcast(K == 4 ? T(-3) : T(-2)), most = simd::broadcast(K == 4 ? n + 1 : n);
    x = simd::smaller<T>(simd::larger<T>(x, least), most);
  }
  return {x, m};
}

template <class T, int K>
[[gnu::always_inline]] inline void put_weights(const T (*c)[4], simd::Vector<T> t, simd::Vector<T> factor, bool plain,
                                               T (*w)[kChunk], int i) {
#pragma GCC unroll 4
  for (int k = 0; k < K; ++k) {
    simd::Vector<T> v = t * c[k][K == 4 ? 3 : 1] + c[k][K == 4 ? 2 : 0];
    if constexpr (K == 4) v = (v * t + c[k][1]) * t + c[k][0];
    simd::store(w[k] + i, plain ? v : v * factor);
  }
}

// The pixel before a position (for one tap, the nearest; of two equally near, the even one), and how far it is from it.
template <class T, int K>
[[gnu::always_inline]] inline simd::Integers<T> pixel_before(simd::Vector<T> x, simd::Vector<T>& t) {
  using V = simd::Vector<T>;
  using I = simd::Integers<T>;
  if constexpr (K == 1) {  // 3/2 times the number from which on there are no fractions: adding it rounds them away
    constexpr T kMagic = sizeof(T) == 4 ? T(12582912) : T(6755399441055744);
    return __builtin_convertvector((x + kMagic) - kMagic, I);
  } else {
    const V whole = simd::floor<T>(x);
    t = x - whole;
    return __builtin_convertvector(whole, I);
  }
}

template <class T, int K, Padding kPadding>
void locate_padded(const Axis<T>& axis, const T* g, Index<T>* first, T (*w)[kChunk], T (*dw)[kChunk]) {
  constexpr bool kPlain = kPadding == Padding::Zeros;  // where m is 1
  for (int i = 0; i < kChunk; i += simd::kWidth<T>) {
    const auto [x, m] = position<T, K, kPadding>(axis, simd::load(g + i));
    simd::Vector<T> t;
    simd::Integers<T> whole = pixel_before<T, K>(x, t);
    if (K == 4) whole -= 1;
    std::memcpy(first + i, &whole, sizeof whole);
    if constexpr (K > 1) {
      put_weights<T, K>(axis.weight, t, axis.order % 2 == 1 ? m : m * m, kPlain || axis.order == 0, w, i);
      if (dw) put_weights<T, K>(axis.slope, t, axis.order % 2 == 0 ? m : m * m, kPlain, dw, i);
    }
  }
}

// The pixel of the first tap, -kLead ... n - 1, and weights [K][kChunk]; those of the derivative too if asked.
template <class T, int K>
void locate(const Axis<T>& axis, const T* g, Index<T>* first, T (*w)[kChunk], T (*dw)[kChunk] = nullptr) {
  if (axis.padding == Padding::Zeros) {
    locate_padded<T, K, Padding::Zeros>(axis, g, first, w, dw);
  } else if (axis.padding == Padding::Border) {
    locate_padded<T, K, Padding::Border>(axis, g, first, w, dw);
  } else {
    locate_padded<T, K, Padding::Reflection>(axis, g, first, w, dw);
  }
}

// The coordinates of `count` points as one array per axis; behind them, the middle of the image.
template <class T, int D>
void load_points(const T* grid, int64_t count, T (*g)[kChunk]) {
  constexpr int kWidth = simd::kWidth<T>;
  int64_t i = 0;
  if constexpr (D == 2) {
    for (; i + kWidth <= count; i += kWidth) {
      const auto a = simd::load(grid + i * 2), b = simd::load(grid + i * 2 + kWidth);
      simd::store(g[0] + i, simd::evens<T>(a, b));
      simd::store(g[1] + i, simd::odds<T>(a, b));
    }
  }
  for (int d = 0; d < D; ++d) {
    for (int64_t j = i; j < count; ++j) g[d][j] = grid[j * D + d];
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
