#pragma once

#include <algorithm>

#include "kernels/simd.h"

// Between planes, one per channel, and pixels of B channels side by side. B vectors pass log2(B) times through a
// perfect shuffle, which moves the channel's bits of an element's place from the top to the bottom.
namespace dlcore::kernels::sampling {

template <class T, int B>
[[gnu::always_inline]] inline void shuffle_in(simd::Vector<T> (&v)[B]) {
#pragma GCC unroll 4
  for (int stage = 1; stage < B; stage *= 2) {
    simd::Vector<T> next[B];
#pragma GCC unroll 8
    for (int j = 0; j < B / 2; ++j) {
      next[2 * j] = simd::zip_low<T>(v[j], v[j + B / 2]);
      next[2 * j + 1] = simd::zip_high<T>(v[j], v[j + B / 2]);
    }
#pragma GCC unroll 16
    for (int j = 0; j < B; ++j) v[j] = next[j];
  }
}

template <class T, int B>
[[gnu::always_inline]] inline void shuffle_out(simd::Vector<T> (&v)[B]) {
#pragma GCC unroll 4
  for (int stage = 1; stage < B; stage *= 2) {
    simd::Vector<T> next[B];
#pragma GCC unroll 8
    for (int j = 0; j < B / 2; ++j) {
      next[j] = simd::evens<T>(v[2 * j], v[2 * j + 1]);
      next[j + B / 2] = simd::odds<T>(v[2 * j], v[2 * j + 1]);
    }
#pragma GCC unroll 16
    for (int j = 0; j < B; ++j) v[j] = next[j];
  }
}

// The planes of `channels` channels from x on, and one of zeros for the others of B.
template <class T, int B>
struct PlanesOf {
  PlanesOf(const T* x, int64_t stride, int channels) {
    static constexpr T kZeros[simd::kWidth<T>] = {};
    for (int c = 0; c < B; ++c) {
      at[c] = c < channels ? x + c * stride : kZeros;
      moves[c] = c < channels ? 1 : 0;
    }
  }
  const T* of(int c, int64_t i) const { return at[c] + i * moves[c]; }
  const T* at[B];
  int64_t moves[B];
};

// y[i * B + c] = x[c * stride + i] of n elements per plane, and 0 from `channels` on.
template <class T, int B>
void interleave(const T* x, int64_t stride, int channels, int64_t n, T* y) {
  constexpr int kWidth = simd::kWidth<T>;
  const PlanesOf<T, B> planes(x, stride, channels);
  simd::Vector<T> v[B];
  int64_t i = 0;
  for (; i + kWidth <= n; i += kWidth) {
#pragma GCC unroll 16
    for (int c = 0; c < B; ++c) v[c] = simd::load(planes.of(c, i));
    shuffle_in<T, B>(v);
#pragma GCC unroll 16
    for (int j = 0; j < B; ++j) simd::store(y + i * B + j * kWidth, v[j]);
  }
  if (const int64_t count = n - i; count > 0) {
    for (int c = 0; c < B; ++c) v[c] = simd::load_part(planes.of(c, i), count);
    shuffle_in<T, B>(v);
    for (int j = 0; j < B; ++j) {
      const int64_t left = std::clamp<int64_t>(count * B - j * kWidth, 0, kWidth);
      simd::store_part(y + i * B + j * kWidth, v[j], left);
    }
  }
}

// The way back, of the first `channels` alone.
template <class T, int B>
void deinterleave(const T* x, int64_t stride, int channels, int64_t n, T* y) {
  constexpr int kWidth = simd::kWidth<T>;
  simd::Vector<T> v[B];
  int64_t i = 0;
  for (; i + kWidth <= n; i += kWidth) {
#pragma GCC unroll 16
    for (int j = 0; j < B; ++j) v[j] = simd::load(x + i * B + j * kWidth);
    shuffle_out<T, B>(v);
#pragma GCC unroll 16
    for (int c = 0; c < B; ++c) {
      if (c < channels) simd::store(y + c * stride + i, v[c]);
    }
  }
  if (const int64_t count = n - i; count > 0) {
    for (int j = 0; j < B; ++j) {
      v[j] = simd::load_part(x + i * B + j * kWidth, std::clamp<int64_t>(count * B - j * kWidth, 0, kWidth));
    }
    shuffle_out<T, B>(v);
    for (int c = 0; c < B; ++c) {
      if (c < channels) simd::store_part(y + c * stride + i, v[c], count);
    }
  }
}

// The sums of B elements each, of kWidth neighbours.
template <class T, int B>
[[gnu::always_inline]] inline simd::Vector<T> sums_of(const T* x) {
  simd::Vector<T> v[B];
#pragma GCC unroll 16
  for (int j = 0; j < B; ++j) v[j] = simd::load(x + j * simd::kWidth<T>);
#pragma GCC unroll 4
  for (int left = B / 2; left > 0; left /= 2) {
#pragma GCC unroll 8
    for (int j = 0; j < left; ++j)
      v[j] = simd::evens<T>(v[2 * j], v[2 * j + 1]) + simd::odds<T>(v[2 * j], v[2 * j + 1]);
  }
  return v[0];
}

}  // namespace dlcore::kernels::sampling
