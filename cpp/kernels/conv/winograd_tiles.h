#pragma once

#include <cstdint>

#include "kernels/simd.h"

// NOTE [Winograd's algorithm]
// F(4x4, 3x3): 16 outputs of a 3x3 filter g on a 6x6 tile d of the input take 36 multiplications instead of 144,
//   y = A^T [(G g G^T) * (B^T d B)] A        * element by element ("frequencies")
// (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016). The products of one frequency, summed
// over channels, are a matrix product. y is linear in each of the three, so the gradients are
//   dd by the same algorithm with filters turned by half a turn and channels changed places,
//   dg = G^T [sum over tiles of (B^T d B) * (A dy A^T)] G.
//
// The matrices follow from the points at which polynomials are evaluated (Toom and Cook): 0, a, -a, b, -b and infinity.
// With the usual 1 and 2 the relative error at 256 channels is 3.2e-6; with 5/8 and 3/2 it is 1.5e-6, the least of
// twenty pairs tried (1/2 and 2: 2.1e-6, the square roots of 1/2 and 2: 1.5e-6), and all of A and B is exact in
// float32.
namespace dlcore::kernels::conv::winograd {

using simd::load, simd::store;
using Lanes = simd::Vector<float>;
inline constexpr int kW = simd::kWidth<float>;

inline constexpr int kOut = 4, kIn = 6, kFrequencies = kIn * kIn;
inline constexpr int64_t kLongestSegment = 16;                     // tiles of a row that are transformed together
inline constexpr int64_t kStripCols = kOut * kLongestSegment + 2;  // their columns of the input

inline constexpr float kA = 0.625f, kB = 1.5f, kA2 = kA * kA, kB2 = kB * kB;

// B^T: 6 to 6.
struct OfInput {
  static constexpr int kSide = kIn;
  [[gnu::always_inline]] static void apply(const Lanes (&d)[kIn], Lanes (&v)[kIn]) {
    v[0] = (kA2 * kB2) * d[0] - (kA2 + kB2) * d[2] + d[4];
    const Lanes even_a = d[4] - kB2 * d[2], odd_a = d[3] - kB2 * d[1];
    const Lanes even_b = d[4] - kA2 * d[2], odd_b = d[3] - kA2 * d[1];
    v[1] = even_a + kA * odd_a;
    v[2] = even_a - kA * odd_a;
    v[3] = even_b + kB * odd_b;
    v[4] = even_b - kB * odd_b;
    v[5] = (kA2 * kB2) * d[1] - (kA2 + kB2) * d[3] + d[5];
  }
};

// A: 4 to 6.
struct OfGradient {
  static constexpr int kSide = kOut;
  [[gnu::always_inline]] static void apply(const Lanes (&d)[kOut], Lanes (&v)[kIn]) {
    const Lanes even_a = d[0] + kA2 * d[2], odd_a = d[1] + kA2 * d[3];
    const Lanes even_b = d[0] + kB2 * d[2], odd_b = d[1] + kB2 * d[3];
    v[0] = d[0];
    v[1] = even_a + kA * odd_a;
    v[2] = even_a - kA * odd_a;
    v[3] = even_b + kB * odd_b;
    v[4] = even_b - kB * odd_b;
    v[5] = d[3];
  }
};

// A^T: 6 to 4.
[[gnu::always_inline]] inline void to_output(const Lanes (&m)[kIn], Lanes (&y)[kOut]) {
  const Lanes even_a = m[1] + m[2], odd_a = m[1] - m[2], even_b = m[3] + m[4], odd_b = m[3] - m[4];
  y[0] = m[0] + even_a + even_b;
  y[1] = kA * odd_a + kB * odd_b;
  y[2] = kA2 * even_a + kB2 * even_b;
  y[3] = (kA2 * kA) * odd_a + (kB2 * kB) * odd_b + m[5];
}

// The rows of G are those of (1, x, x^2) divided by the products of differences to the other points.
inline constexpr float kG0 = float(1 / (double(kA2) * kB2)), kGa = float(0.5 / (double(kA2) * (kA2 - kB2))),
                       kGb = float(0.5 / (double(kB2) * (kB2 - kA2)));

// G: 3 to 6.
[[gnu::always_inline]] inline void of_filter(const Lanes (&g)[3], Lanes (&u)[kIn]) {
  const Lanes even_a = kGa * g[0] + (kGa * kA2) * g[2], even_b = kGb * g[0] + (kGb * kB2) * g[2];
  u[0] = kG0 * g[0];
  u[1] = even_a + (kGa * kA) * g[1];
  u[2] = even_a - (kGa * kA) * g[1];
  u[3] = even_b + (kGb * kB) * g[1];
  u[4] = even_b - (kGb * kB) * g[1];
  u[5] = g[2];
}

// G^T: 6 to 3.
[[gnu::always_inline]] inline void to_filter(const Lanes (&u)[kIn], Lanes (&g)[3]) {
  const Lanes even_a = u[1] + u[2], even_b = u[3] + u[4];
  g[0] = kG0 * u[0] + kGa * even_a + kGb * even_b;
  g[1] = (kGa * kA) * (u[1] - u[2]) + (kGb * kB) * (u[3] - u[4]);
  g[2] = (kGa * kA2) * even_a + (kGb * kB2) * even_b + u[5];
}

// Channel planes of H x W elements: x(N, C, H, W) of one n from one channel on, of which `channels` <= kW are there.
template <class T>
struct Planes {
  T* data;
  int64_t H, W;
  int channels;
};

// The transform of a row of `tiles` tiles in kW channels: the first one's corner is at (row, col), which may lie
// outside of the plane, as may what follows; there x is 0. Frequency f of tile t goes to v[f * f_stride + t *
// t_stride], kW channels long.
template <class Transform>
void to_frequencies(const Planes<const float>& x, int64_t row, int64_t col, int64_t tiles, float* v, int64_t f_stride,
                    int64_t t_stride);
// The way back: products m to the outputs whose first is at (row, col); what lies outside of the plane is dropped.
void from_frequencies(const float* m, int64_t f_stride, int64_t t_stride, const Lanes& bias, int64_t row, int64_t col,
                      int64_t tiles, const Planes<float>& y);

// Where the filters of a convolution, or of its gradient, lie: tap j of output o and input i at
// data[o * out_stride + i * in_stride + (turned ? 8 - j : j)].
template <class T>
struct Filters {
  T* data;
  int64_t out_stride, in_stride;
  bool turned;
};

// The transforms of the filters of outputs [out, out + outs), outs <= kW, and one input: frequency f goes to
// u[f * f_stride], kW outputs long.
void filter_to_frequencies(const Filters<const float>& w, int64_t out, int outs, int64_t in, float* u,
                           int64_t f_stride);
// The way back, of gradients: added to 9 vectors of taps.
void add_filter_from_frequencies(const float* u, int64_t f_stride, float* taps);
// Taps of `ins` inputs, one after the other, are written to filters that are not turned, of inputs end to end.
void write_filters(const float* taps, int64_t ins, const Filters<float>& w, int64_t out, int outs, int64_t in);

}  // namespace dlcore::kernels::conv::winograd
