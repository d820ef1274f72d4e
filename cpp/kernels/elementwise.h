#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "core/loop.h"
#include "core/parallel.h"
#include "dlcore/dtype.h"
#include "kernels/simd.h"

// NOTE [Elementwise kernels]
// y[i] = f(x0[i], x1[i], ...) over a Loop. Memory-bound, so what matters is that the inner run is contiguous and free
// of branches: it is compiled once for operands that all advance by one, once for each single operand that stands still
// (a broadcast number or column), and once for any strides. Cut into pieces of kElementGrain elements; no piece shares
// an output with another, so the bits do not depend on threads. A result of kStreamed bytes or more, which the caches
// would not hold for whoever reads it next, goes past them by way of a buffer: a sum of two arrays of 16 MB takes two
// thirds of the time, e^x 0.95 of it; reading 4 MB written so would take 1.5 times as long, reading 8 MB takes as long.
namespace dlcore::kernels {

inline constexpr int64_t kStreamed = 8 << 20;  // bytes

namespace detail {

template <class T, bool kStill>
struct Operand {  // a run of contiguous elements
  const T* p;
  T operator[](int64_t i) const { return p[i]; }
};
template <class T>
struct Operand<T, true> {  // one element, met again and again
  explicit Operand(const T* p) : value(*p) {}
  T value;
  T operator[](int64_t) const { return value; }
};
template <bool kStill>
constexpr int64_t moved(int64_t i) {
  return kStill ? 0 : i;
}

// Flattened: a call left in f would keep the loop from becoming vectors.
template <class Y, class F, class... X>
[[gnu::flatten]] void dense_run(int64_t n, F f, Y* y, X... x) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) y[i] = f(x[i]...);
}

// run(y, i, n): what dense_run does to n elements from the i-th on; past the caches if asked and where y allows it.
template <class Y, class Run>
void to_memory(Y* y, int64_t n, bool streams, const Run& run) {
  // So short that reading goes on while it drains: 16 MB times 16 MB take 1.42 ms, with 4 KB 1.62, with 512 bytes 1.40.
  constexpr int64_t kBlock = 1024 / sizeof(Y);
  alignas(64) Y buffer[kBlock];
  streams = streams && n >= kBlock && reinterpret_cast<uintptr_t>(y) % 64 == 0;
  const int64_t block = streams ? kBlock : n;
  for (int64_t i = 0; i < n; i += block) {
    const int64_t m = std::min(block, n - i);
    run(streams ? buffer : y + i, i, m);
    if (streams) simd::stream(y + i, buffer, m * static_cast<int64_t>(sizeof(Y)));
  }
  if (streams) simd::stream_end();
}

template <class Y, class F, class... X, size_t... I>
void strided_run(int64_t n, F f, Y* y, int64_t step, const std::array<int64_t, sizeof...(X)>& steps,
                 std::index_sequence<I...>, const X*... x) {
  for (int64_t i = 0; i < n; ++i) y[i * step] = f(x[i * steps[I]]...);
}

}  // namespace detail

template <class Y, class... X, class F>
void elementwise(const Loop<1 + sizeof...(X)>& loop, F f) {
  constexpr int kInputs = sizeof...(X);
  constexpr auto kIndex = std::index_sequence_for<X...>{};
  const int inner = std::max(loop.ndim - 1, 0);
  const int64_t step = loop.ndim ? loop.strides[0][inner] : 1;
  [[maybe_unused]] std::array<int64_t, kInputs> steps;
  int moving = 0;                   // how many inputs advance by one
  [[maybe_unused]] int still = -1;  // the one that stands still
  for (int k = 0; k < kInputs; ++k) {
    steps[k] = loop.ndim ? loop.strides[k + 1][inner] : 1;
    if (steps[k] == 1) ++moving;
    if (steps[k] == 0) still = k;
  }
  const bool dense = step == 1 && moving == kInputs;
  const bool one_still = step == 1 && moving == kInputs - 1 && still >= 0;
  bool streams = loop.numel * static_cast<int64_t>(sizeof(Y)) >= kStreamed;
  for (int k = 0; k < kInputs; ++k) streams = streams && loop.data[k + 1] != loop.data[0];  // it is in the cache then

  parallel_for(loop.numel, kElementGrain, [&](int64_t begin, int64_t end) {
    walk(loop, begin, end, [&](const std::array<int64_t, 1 + kInputs>& at, int64_t n) {
      [&]<size_t... I>(std::index_sequence<I...>) {
        Y* y = loop.template at<Y>(0) + at[0];
        if (dense) {
          detail::to_memory(y, n, streams, [&](Y* to, int64_t i, int64_t m) {
            detail::dense_run<Y>(m, f, to,
                                 detail::Operand<X, false>{loop.template at<const X>(I + 1) + at[I + 1] + i}...);
          });
          return;
        }
        if (one_still) {
          [[maybe_unused]] const auto with_still = [&]<size_t S>(std::integral_constant<size_t, S>) {
            if (static_cast<int>(S) != still) return;
            detail::to_memory(y, n, streams, [&](Y* to, int64_t i, int64_t m) {
              detail::dense_run<Y>(m, f, to,
                                   detail::Operand<X, I == S>{loop.template at<const X>(I + 1) + at[I + 1] +
                                                              detail::moved<I == S>(i)}...);
            });
          };
          (with_still(std::integral_constant<size_t, I>{}), ...);
          return;
        }
        detail::strided_run<Y>(n, f, y, step, steps, kIndex, loop.template at<const X>(I + 1) + at[I + 1]...);
      }
      (kIndex);
    });
  });
}

// The same for operands that all have one dtype: f is a generic lambda, `[](auto a, auto b) { return a + b; }`, and its
// result becomes that dtype again (an int sum of two uint8 wraps). Each of the four compiles f for no more dtypes than
// the op has.
namespace detail {

template <class T, int N, class F>
void same_type(const Loop<N>& loop, F f) {
  [&]<size_t... I>(std::index_sequence<I...>) {
    elementwise<T, std::enable_if_t<I + 1, T>...>(
        loop, [f](std::enable_if_t<I + 1, T>... x) { return static_cast<T>(f(x...)); });
  }
  (std::make_index_sequence<N - 1>{});
}

}  // namespace detail

template <int N, class F>
void any_dtype(DType dtype, const Loop<N>& loop, F f) {
  visit(dtype, [&]<class T>() { detail::same_type<T>(loop, f); });
}

template <int N, class F>
void floating(DType dtype, const Loop<N>& loop, F f) {
  visit_floating(dtype, [&]<class T>() { detail::same_type<T>(loop, f); });
}

// Every dtype but bool; an op refuses bool before it comes here.
template <int N, class F>
void numbers(DType dtype, const Loop<N>& loop, F f) {
  visit(dtype, [&]<class T>() {
    if constexpr (!std::is_same_v<T, bool>) detail::same_type<T>(loop, f);
  });
}

template <int N, class F>
void integers_and_bool(DType dtype, const Loop<N>& loop, F f) {
  visit(dtype, [&]<class T>() {
    if constexpr (std::is_integral_v<T>) detail::same_type<T>(loop, f);
  });
}

}  // namespace dlcore::kernels
