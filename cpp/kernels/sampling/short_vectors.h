#pragma once

#include <cstring>
#include <utility>

// Vectors of any number of lanes: the channels of a pixel, the pixels of a row of taps.
namespace dlcore::kernels::sampling {

template <class T, int L>
struct Lane {
  typedef T type __attribute__((vector_size(L * sizeof(T)), may_alias));
};
template <class T, int L>
using Vec = typename Lane<T, L>::type;

template <class V, class T>
[[gnu::always_inline]] inline V load_as(const T* p) {
  V v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
template <class V, class T>
[[gnu::always_inline]] inline void store_as(T* p, V v) {
  std::memcpy(p, &v, sizeof v);
}

// Lane l is lane (kFrom + l) / kDiv % kMod of v: each of several lanes repeated, or all of them.
template <class V, int kFrom, int kDiv, int kMod, class From>
[[gnu::always_inline]] inline V repeated(From v) {
  constexpr int kLanes = sizeof(V) / sizeof(v[0]);
  return [&]<int... l>(std::integer_sequence<int, l...>) __attribute__((always_inline)) {
    return V(__builtin_shufflevector(v, v, ((kFrom + l) / kDiv % kMod)...));
  }
  (std::make_integer_sequence<int, kLanes>{});
}

// The sum of v's groups of B lanes.
template <class T, int B, int L>
[[gnu::always_inline]] inline Vec<T, B> folded(Vec<T, L> v) {
  if constexpr (L == B) {
    return v;
  } else {
    return [&]<int... l>(std::integer_sequence<int, l...>) __attribute__((always_inline)) {
      const Vec<T, L / 2> low = __builtin_shufflevector(v, v, l...);
      const Vec<T, L / 2> high = __builtin_shufflevector(v, v, (L / 2 + l)...);
      return folded<T, B, L / 2>(low + high);
    }
    (std::make_integer_sequence<int, L / 2>{});
  }
}

}  // namespace dlcore::kernels::sampling
