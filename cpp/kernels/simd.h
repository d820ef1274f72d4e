#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

// NOTE [Vectors by hand]
// For kernels that must decide themselves what stays in a register: matrix products, convolution, attention, sampling.
// A Vector<T> is the compiler's own vector type, as wide as the level's registers, so `a * b + c` is one fused
// instruction where there is one, and the same source serves every processor. Loops that the compiler makes vectors of
// by itself need none of this.
namespace dlcore::kernels::simd {

#if defined(__AVX512F__)
inline constexpr int kVectorBytes = 64, kRegisters = 32;
#elif defined(__AVX__)
inline constexpr int kVectorBytes = 32, kRegisters = 16;
#elif defined(__x86_64__)
inline constexpr int kVectorBytes = 16, kRegisters = 16;
#else
inline constexpr int kVectorBytes = 16, kRegisters = 32;
#endif

template <class T>
inline constexpr int kWidth = kVectorBytes / sizeof(T);

namespace detail {
template <class T>
struct VectorOf {
  typedef T type __attribute__((vector_size(kVectorBytes), may_alias));
};
}  // namespace detail

template <class T>
using Vector = typename detail::VectorOf<T>::type;
// As wide as Vector<T>, of integers as wide as T: what a comparison of two Vector<T> gives (0 or -1).
template <class T>
using Integers = Vector<std::conditional_t<sizeof(T) == 4, int32_t, int64_t>>;

template <class T>
[[gnu::always_inline]] inline Vector<T> broadcast(T x) {
  return x - Vector<T>{};
}

template <class T>
[[gnu::always_inline]] inline Vector<T> load(const T* p) {  // from any address
  Vector<T> v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

// The same, for a vector that meets several others: it is read once and kept, where the compiler would rather read it
// again for each of two or three instructions. Across a line of the cache that is two accesses a time.
template <class T>
[[gnu::always_inline]] inline Vector<T> load_once(const T* p) {
  Vector<T> v = load(p);
#if defined(__x86_64__)
  asm("" : "+v"(v));
#elif defined(__aarch64__)
  asm("" : "+w"(v));
#endif
  return v;
}

// Half a vector from each of two places.
template <class T>
[[gnu::always_inline]] inline Vector<T> load_halves(const T* low, const T* high) {
#if defined(__AVX512F__)
  return Vector<T>(_mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_loadu_pd(reinterpret_cast<const double*>(low))),
                                      _mm256_loadu_pd(reinterpret_cast<const double*>(high)), 1));
#else
  Vector<T> v;
  std::memcpy(&v, low, sizeof v / 2);
  std::memcpy(reinterpret_cast<char*>(&v) + sizeof v / 2, high, sizeof v / 2);
  return v;
#endif
}

template <class T>
[[gnu::always_inline]] inline void store(T* p, Vector<T> v) {
  std::memcpy(p, &v, sizeof v);
}

// -1 in the first `count` lanes, 0 in the others.
template <class T>
[[gnu::always_inline]] inline Integers<T> first(int64_t count) {
  using I = std::remove_cvref_t<decltype(Integers<T>{}[0])>;
  return [&]<int... kLane>(std::integer_sequence<int, kLane...>) __attribute__((always_inline)) {
    return Integers<T>{I{kLane}...} < static_cast<I>(count);
  }
  (std::make_integer_sequence<int, kWidth<T>>{});
}

// The first `count` elements, 0 <= count <= kWidth; zeros follow. Nothing behind them is touched.
template <class T>
[[gnu::always_inline]] inline Vector<T> load_part(const T* p, int64_t count) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {
    return Vector<T>(_mm512_maskz_loadu_epi32(static_cast<__mmask16>((1u << count) - 1), p));
  } else {
    return Vector<T>(_mm512_maskz_loadu_epi64(static_cast<__mmask8>((1u << count) - 1), p));
  }
#elif defined(__AVX2__)
  if constexpr (sizeof(T) == 4) {
    return Vector<T>(_mm256_maskload_ps(p, __m256i(first<T>(count))));
  } else {
    return Vector<T>(_mm256_maskload_pd(p, __m256i(first<T>(count))));
  }
#else
  Vector<T> v{};
  std::memcpy(&v, p, count * sizeof(T));
  return v;
#endif
}

template <class T>
[[gnu::always_inline]] inline void store_part(T* p, Vector<T> v, int64_t count) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {
    _mm512_mask_storeu_epi32(p, static_cast<__mmask16>((1u << count) - 1), __m512i(v));
  } else {
    _mm512_mask_storeu_epi64(p, static_cast<__mmask8>((1u << count) - 1), __m512i(v));
  }
#elif defined(__AVX2__)
  if constexpr (sizeof(T) == 4) {
    _mm256_maskstore_ps(p, __m256i(first<T>(count)), __m256(v));
  } else {
    _mm256_maskstore_pd(p, __m256i(first<T>(count)), __m256d(v));
  }
#else
  std::memcpy(p, &v, count * sizeof(T));
#endif
}

// Lanes [from, to), 0 <= from <= to <= kWidth, of which alone load_lanes reads; the others are zero.
#if defined(__AVX512F__)
template <class T>
using Lanes = std::conditional_t<sizeof(T) == 4, __mmask16, __mmask8>;
#elif defined(__AVX2__)
template <class T>
using Lanes = Integers<T>;
#else
template <class T>
struct Lanes {
  int64_t from, to;
};
#endif

template <class T>
[[gnu::always_inline]] inline Lanes<T> lanes(int64_t from, int64_t to) {
#if defined(__AVX512F__)
  return static_cast<Lanes<T>>(((1u << to) - 1) & ~((1u << from) - 1));
#elif defined(__AVX2__)
  return first<T>(to) & ~first<T>(from);
#else
  return {from, to};
#endif
}

template <class T>
[[gnu::always_inline]] inline Vector<T> load_lanes(const T* p, Lanes<T> lanes) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {
    return Vector<T>(_mm512_maskz_loadu_ps(lanes, p));
  } else {
    return Vector<T>(_mm512_maskz_loadu_pd(lanes, p));
  }
#elif defined(__AVX2__)
  if constexpr (sizeof(T) == 4) {
    return Vector<T>(_mm256_maskload_ps(p, __m256i(lanes)));
  } else {
    return Vector<T>(_mm256_maskload_pd(p, __m256i(lanes)));
  }
#else
  Vector<T> v{};
  for (int64_t i = lanes.from; i < lanes.to; ++i) v[i] = p[i];
  return v;
#endif
}

// p[at[0]], p[at[1]], ...
template <class T>
[[gnu::always_inline]] inline Vector<T> gather(const T* p, Integers<T> at) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {
    return Vector<T>(_mm512_i32gather_ps(__m512i(at), p, 4));
  } else {
    return Vector<T>(_mm512_i64gather_pd(__m512i(at), p, 8));
  }
#elif defined(__AVX2__)
  if constexpr (sizeof(T) == 4) {
    return Vector<T>(_mm256_i32gather_ps(p, __m256i(at), 4));
  } else {
    return Vector<T>(_mm256_i64gather_pd(p, __m256i(at), 8));
  }
#else
  Vector<T> v;
  for (int i = 0; i < kWidth<T>; ++i) v[i] = p[at[i]];
  return v;
#endif
}

// The same, and 0 where at is negative.
template <class T>
[[gnu::always_inline]] inline Vector<T> gather_or_zero(const T* p, Integers<T> at) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {
    const __mmask16 inside = _mm512_cmpge_epi32_mask(__m512i(at), _mm512_setzero_si512());
    return Vector<T>(_mm512_mask_i32gather_ps(_mm512_setzero_ps(), inside, __m512i(at), p, 4));
  } else {
    const __mmask8 inside = _mm512_cmpge_epi64_mask(__m512i(at), _mm512_setzero_si512());
    return Vector<T>(_mm512_mask_i64gather_pd(_mm512_setzero_pd(), inside, __m512i(at), p, 8));
  }
#else
  const Integers<T> inside = at >= 0;
  return Vector<T>(Integers<T>(gather<T>(p, at & inside)) & inside);
#endif
}

// Lane by lane: yes where the mask is -1, no where it is 0.
template <class T>
[[gnu::always_inline]] inline Vector<T> choose(Integers<T> mask, Vector<T> yes, Vector<T> no) {
  return mask ? yes : no;
}

// b where either is NaN.
template <class T>
[[gnu::always_inline]] inline Vector<T> larger(Vector<T> a, Vector<T> b) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {
    return Vector<T>(_mm512_max_ps(__m512(a), __m512(b)));
  } else {
    return Vector<T>(_mm512_max_pd(__m512d(a), __m512d(b)));
  }
#else
  return a > b ? a : b;
#endif
}
template <class T>
[[gnu::always_inline]] inline Vector<T> smaller(Vector<T> a, Vector<T> b) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {
    return Vector<T>(_mm512_min_ps(__m512(a), __m512(b)));
  } else {
    return Vector<T>(_mm512_min_pd(__m512d(a), __m512d(b)));
  }
#else
  return a < b ? a : b;
#endif
}

// The largest integer that is not larger.
template <class T>
[[gnu::always_inline]] inline Vector<T> floor(Vector<T> x) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {
    return Vector<T>(_mm512_roundscale_ps(__m512(x), _MM_FROUND_TO_NEG_INF));
  } else {
    return Vector<T>(_mm512_roundscale_pd(__m512d(x), _MM_FROUND_TO_NEG_INF));
  }
#elif defined(__AVX__)
  if constexpr (sizeof(T) == 4) {
    return Vector<T>(_mm256_floor_ps(__m256(x)));
  } else {
    return Vector<T>(_mm256_floor_pd(__m256d(x)));
  }
#else
  Vector<T> v;
  for (int i = 0; i < kWidth<T>; ++i) v[i] = std::floor(x[i]);
  return v;
#endif
}

// What some processors have, and the others' code does without.
#if defined(__AVX512F__)
inline constexpr bool kScales = true;
#else
inline constexpr bool kScales = false;
#endif

// y 2^n, n being whole: rounded once, also where 2^n alone would be infinite or zero.
template <class T>
requires kScales [[gnu::always_inline]] inline Vector<T> scale(Vector<T> y, Vector<T> n) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {
    return Vector<T>(_mm512_scalef_ps(__m512(y), __m512(n)));
  } else {
    return Vector<T>(_mm512_scalef_pd(__m512d(y), __m512d(n)));
  }
#endif
}

namespace detail {
template <class T, int kFirst, int kStep, int kRows>
[[gnu::always_inline]] inline Vector<T> shuffled(Vector<T> a, Vector<T> b) {
  return [&]<int... kLane>(std::integer_sequence<int, kLane...>) __attribute__((always_inline)) {
    return __builtin_shufflevector(a, b, (kFirst + kLane / kRows * kStep + kLane % kRows * kWidth<T>)...);
  }
  (std::make_integer_sequence<int, kWidth<T>>{});
}
}  // namespace detail

// a0 a2 a4 ... b0 b2 ..., and a1 a3 ...: what lies at every other place.
template <class T>
[[gnu::always_inline]] inline Vector<T> evens(Vector<T> a, Vector<T> b) {
  return detail::shuffled<T, 0, 2, 1>(a, b);
}
template <class T>
[[gnu::always_inline]] inline Vector<T> odds(Vector<T> a, Vector<T> b) {
  return detail::shuffled<T, 1, 2, 1>(a, b);
}
// The way back: a0 b0 a1 b1 ..., of the lower and of the upper half.
template <class T>
[[gnu::always_inline]] inline Vector<T> zip_low(Vector<T> a, Vector<T> b) {
  return detail::shuffled<T, 0, 1, 2>(a, b);
}
template <class T>
[[gnu::always_inline]] inline Vector<T> zip_high(Vector<T> a, Vector<T> b) {
  return detail::shuffled<T, kWidth<T> / 2, 1, 2>(a, b);
}

namespace detail {
// f(v, v), the lower and the upper half changed places, then quarters, ...: all lanes end with the same result.
template <class T, int kStep = kWidth<T> / 2, class F>
[[gnu::always_inline]] inline Vector<T> fold(Vector<T> v, F f) {
  if constexpr (kStep == 0) {
    return v;
  } else {
    return [&]<int... kLane>(std::integer_sequence<int, kLane...>) __attribute__((always_inline)) {
      return fold<T, kStep / 2>(f(v, __builtin_shufflevector(v, v, (kLane ^ kStep)...)), f);
    }
    (std::make_integer_sequence<int, kWidth<T>>{});
  }
}
}  // namespace detail

template <class T>
[[gnu::always_inline]] inline T sum(Vector<T> v) {
  return detail::fold<T>(v, [](Vector<T> a, Vector<T> b) { return a + b; })[0];
}

template <class T>
[[gnu::always_inline]] inline T largest(Vector<T> v) {
  return detail::fold<T>(v, [](Vector<T> a, Vector<T> b) { return larger<T>(a, b); })[0];
}

// Stores past the caches, to a multiple of the vector's size.
template <class T>
[[gnu::always_inline]] inline void stream(T* p, Vector<T> v) {
#if defined(__AVX512F__)
  _mm512_stream_si512(reinterpret_cast<__m512i*>(p), __m512i(v));
#elif defined(__AVX__)
  _mm256_stream_si256(reinterpret_cast<__m256i*>(p), __m256i(v));
#elif defined(__SSE2__)
  _mm_stream_si128(reinterpret_cast<__m128i*>(p), __m128i(v));
#else
  store<T>(p, v);
#endif
}

// Copies past the caches, for results that they cannot hold: an ordinary store fetches the line it writes to. Both
// begin at a multiple of 64 bytes. Other threads may read after stream_end().
inline void stream(void* to, const void* from, int64_t bytes) {
  int64_t i = 0;
#if defined(__SSE2__)
  for (; i + kVectorBytes <= bytes; i += kVectorBytes) {
    stream(reinterpret_cast<float*>(static_cast<char*>(to) + i),
           load(reinterpret_cast<const float*>(static_cast<const char*>(from) + i)));
  }
#endif
  std::memcpy(static_cast<char*>(to) + i, static_cast<const char*>(from) + i, bytes - i);
}
inline void stream_end() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

}  // namespace dlcore::kernels::simd
