#pragma once

#include <algorithm>

#include "kernels/simd.h"

// Between planes, one per channel, and pixels of B channels side by side. B vectors pass log2(B) times through a
// perfect shuffle, which moves the channel's bits of an element's place from the top to the bottom.
namespace dlcore::kernels::sampling {

template <class T, int B>
[[gnu::always_inline]] inline void shuffle_in(simd::Vector<T> (&v)[B]) {
  for (int stage = 1; stage < B; stage *= 2) {
    simd::Vector<T> next[B];
    for (int j = 0; j < B / 2; ++j) {
      next[2 * j] = simd::zip_low<T>(v[j], v[j + B / 2]);
      next[2 * j + 1] = simd::zip_high<T>(v[j], v[j + B / 2]);
    }
    for (int j = 0; j < B; ++j) v[j] = next[j];
  }
}

template <class T, int B>
[[gnu::always_inline]] inline void shuffle_out(simd::Vector<T> (&v)[B]) {
  for (int stage = 1; stage < B; stage *= 2) {
    simd::Vector<T> next[B];
    for (int j = 0; j < B / 2; ++j) {
      next[j] = simd::evens<T>(v[2 * j], v[2 * j + 1]);
      next[j + B / 2] = simd::odds<T>(v[2 * j], v[2 * j + 1]);
    }
    for (int j = 0; j < B; ++j) v[j] = next[j];
  }
}

// y[i * B + c] = x[c * stride + i] of n elements per plane, and 0 from `channels` on.
template <class T, int B>
void interleave(const T* x, int64_t stride, int channels, int64_t n, T* y) {
  constexpr int kWidth = simd::kWidth<T>;
  for (int64_t i = 0; i < n; i += kWidth) {
    simd::Vector<T> v[B];
    const int64_t count = n - i;
    if (count >= kWidth) {
#pragma GCC unroll 16
      for (int c = 0; c < B; ++c) v[c] = c < channels ? simd::load(x + c * stride + i) : simd::Vector<T>{};
    } else {
#pragma GCC unroll 16
      for (int c = 0; c < B; ++c) v[c] = c < channels ? simd::load_part(x + c * stride + i, count) : simd::Vector<T>{};
    }
    shuffle_in<T, B>(v);
    T* out = y + i * B;
    for (int j = 0; j < B; ++j) {
      const int64_t left = count * B - j * kWidth;
      if (left >= kWidth) {
        simd::store(out + j * kWidth, v[j]);
      } else if (left > 0) {
        simd::store_part(out + j * kWidth, v[j], left);
      }
    }
  }
}

// The way back, of the first `channels` alone.
template <class T, int B>
void deinterleave(const T* x, int64_t stride, int channels, int64_t n, T* y) {
  constexpr int kWidth = simd::kWidth<T>;
  for (int64_t i = 0; i < n; i += kWidth) {
    simd::Vector<T> v[B];
    const int64_t count = n - i;
    const T* in = x + i * B;
    if (count >= kWidth) {
#pragma GCC unroll 16
      for (int j = 0; j < B; ++j) v[j] = simd::load(in + j * kWidth);
    } else {
      for (int j = 0; j < B; ++j)
        v[j] = simd::load_part(in + j * kWidth, std::clamp<int64_t>(count * B - j * kWidth, 0, kWidth));
    }
    shuffle_out<T, B>(v);
    if (count >= kWidth) {
#pragma GCC unroll 16
      for (int c = 0; c < B; ++c) {
        if (c < channels) simd::store(y + c * stride + i, v[c]);
      }
    } else {
      for (int c = 0; c < B; ++c) {
        if (c < channels) simd::store_part(y + c * stride + i, v[c], count);
      }
    }
  }
}

// The sums of B elements each, of kWidth neighbours.
template <class T, int B>
[[gnu::always_inline]] inline simd::Vector<T> sums_of(const T* x) {
  simd::Vector<T> v[B];
  for (int j = 0; j < B; ++j) v[j] = simd::load(x + j * simd::kWidth<T>);
  for (int left = B / 2; left > 0; left /= 2) {
    for (int j = 0; j < left; ++j)
      v[j] = simd::evens<T>(v[2 * j], v[2 * j + 1]) + simd::odds<T>(v[2 * j], v[2 * j + 1]);
  }
  return v[0];
}

}  // namespace dlcore::kernels::sampling
