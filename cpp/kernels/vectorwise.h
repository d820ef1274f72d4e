#pragma once

#include <array>
#include <cstdint>

#include "kernels/elementwise.h"

// NOTE [Vectorwise kernels]
// y[i] = f(x0[i], x1[i], ...) over a Loop, as in NOTE [Elementwise kernels], for functions that are more work than
// memory is: f takes and gives vectors (kernels/math.h), so it decides itself which instructions it is made of. Where
// operands do not lie end to end, vectors are collected from them: a number gives the same bits wherever it lies.
namespace dlcore::kernels {

namespace detail {

// `count` elements, `step` apart, of a vector.
template <class T>
[[gnu::always_inline]] inline simd::Vector<T> collect(const T* x, int64_t step, int64_t count) {
  if (step == 1) return count == simd::kWidth<T> ? simd::load(x) : simd::load_part(x, count);
  if (step == 0) return simd::broadcast(*x);
  simd::Vector<T> v{};
  for (int64_t i = 0; i < count; ++i) v[i] = x[i * step];
  return v;
}
template <class T>
[[gnu::always_inline]] inline void spread(T* y, int64_t step, simd::Vector<T> v, int64_t count) {
  if (step == 1) return simd::store_part<T>(y, v, count);
  for (int64_t i = 0; i < count; ++i) y[i * step] = v[i];
}

template <class T, class F, class... X>
[[gnu::flatten]] void vector_run(int64_t n, bool streams, F f, T* y, const X*... x) {
  constexpr int64_t kW = simd::kWidth<T>;
  int64_t i = 0;
  if (streams) {
    for (; i + kW <= n; i += kW) simd::stream(y + i, f(simd::load(x + i)...));
    simd::stream_end();
  } else {
    for (; i + kW <= n; i += kW) simd::store<T>(y + i, f(simd::load(x + i)...));
  }
  if (i < n) simd::store_part<T>(y + i, f(simd::load_part(x + i, n - i)...), n - i);
}

}  // namespace detail

// For float and double.
template <int N, class F>
void vectorwise(DType dtype, const Loop<N>& loop, F f) {
  const int inner = std::max(loop.ndim - 1, 0);
  std::array<int64_t, N> steps;
  bool dense = true;
  for (int k = 0; k < N; ++k) {
    steps[k] = loop.ndim ? loop.strides[k][inner] : 1;
    dense = dense && steps[k] == 1;
  }
  visit_floating(dtype, [&]<class T>() {
    constexpr int64_t kW = simd::kWidth<T>;
    bool streams = loop.numel * static_cast<int64_t>(sizeof(T)) >= kStreamed;
    for (int k = 1; k < N; ++k) streams = streams && loop.data[k] != loop.data[0];  // it is in the cache then
    parallel_for(loop.numel, kElementGrain, [&](int64_t begin, int64_t end) {
      walk(loop, begin, end, [&](const std::array<int64_t, N>& at, int64_t n) {
        [&]<size_t... I>(std::index_sequence<I...>) {
          T* y = loop.template at<T>(0) + at[0];
          if (dense) {
            const bool past = streams && reinterpret_cast<uintptr_t>(y) % simd::kVectorBytes == 0;
            detail::vector_run(n, past, f, y, loop.template at<const T>(I + 1) + at[I + 1]...);
            return;
          }
          for (int64_t i = 0; i < n; i += kW) {
            const int64_t count = std::min(kW, n - i);
            const auto result = f(detail::collect(loop.template at<const T>(I + 1) + at[I + 1] + i * steps[I + 1],
                                                  steps[I + 1], count)...);
            detail::spread<T>(y + i * steps[0], steps[0], result, count);
          }
        }
        (std::make_index_sequence<N - 1>{});
      });
    });
  });
}

}  // namespace dlcore::kernels
