#pragma once

#include <cstdint>

#include "dlcore/cell.h"
#include "kernels/math.h"
#include "kernels/simd.h"

namespace dlcore::kernels {

// A number for each unit: `count` of them at a time, as a vector.
template <class T>
DLCORE_INLINE simd::Vector<T> get(const T* x, int64_t count) {
  return count == simd::kWidth<T> ? simd::load(x) : simd::load_part(x, count);
}
template <class T>
DLCORE_INLINE void put(T* x, simd::Vector<T> v, int64_t count) {
  count == simd::kWidth<T> ? simd::store<T>(x, v) : simd::store_part<T>(x, v, count);
}
template <class T, class Body>
DLCORE_INLINE void for_units(int64_t H, Body&& body) {
  int64_t j = 0;
  for (; j + simd::kWidth<T> <= H; j += simd::kWidth<T>) body(j, int64_t{simd::kWidth<T>});
  if (j < H) body(j, H - j);
}

// One step of one sequence: from what the input and the state before contribute, w_x x and w_h h, to the state.
template <class T>
struct Step {
  int64_t H;
  const T *from_x, *from_h, *b_x, *b_h;  // biases may be null
  T *kept, *h, *c, *y, *cell;            // kept and cell may be null

  // What one of the two contributes to the units [j, j + n) of gate g.
  DLCORE_INLINE static simd::Vector<T> part(const T* from, const T* b, int64_t at, int64_t n) {
    return b ? get(from + at, n) + get(b + at, n) : get(from + at, n);
  }
  DLCORE_INLINE simd::Vector<T> gate(int64_t g, int64_t j, int64_t n) const {
    return part(from_x, b_x, g * H + j, n) + part(from_h, b_h, g * H + j, n);
  }

  DLCORE_INLINE void keep(int64_t j, int64_t n, const simd::Vector<T> (&gates)[4]) const {
    if (!kept) return;
    for (int64_t g = 0; g < 4; ++g) put(kept + g * H + j, gates[g], n);
  }

  void lstm() const {
    for_units<T>(
        H, [&](int64_t j, int64_t n) __attribute__((always_inline)) {
          const auto i = math::sigmoid(gate(0, j, n)), f = math::sigmoid(gate(1, j, n));
          const auto g = math::tanh(gate(2, j, n)), o = math::sigmoid(gate(3, j, n));
          const auto next = f * get(c + j, n) + i * g, state = o * math::tanh(next);
          keep(j, n, {i, f, g, o});
          put(c + j, next, n), put(h + j, state, n), put(y + j, state, n);
          if (cell) put(cell + j, next, n);
        });
  }

  void gru() const {
    for_units<T>(
        H, [&](int64_t j, int64_t n) __attribute__((always_inline)) {
          const auto r = math::sigmoid(gate(0, j, n)), u = math::sigmoid(gate(1, j, n));
          const auto q = part(from_h, b_h, 2 * H + j, n);
          const auto candidate = math::tanh(part(from_x, b_x, 2 * H + j, n) + r * q);
          const auto state = candidate + u * (get(h + j, n) - candidate);
          keep(j, n, {r, u, candidate, q});
          put(h + j, state, n), put(y + j, state, n);
        });
  }

  template <bool kRelu>
  void simple() const {
    for_units<T>(
        H, [&](int64_t j, int64_t n) __attribute__((always_inline)) {
          const auto sum = gate(0, j, n);
          simd::Vector<T> state;
          if constexpr (kRelu) {
            state = math::at_least(T{0}, sum);
          } else {
            state = math::tanh(sum);
          }
          put(h + j, state, n), put(y + j, state, n);
        });
  }
};

// The same, backward: dh holds the gradient of the state behind the step, and in the end the part of the state's before
// it that does not come through w_h. The gradients of w_x x + b_x and of w_h h + b_h, dz_x and dz_h, are the same but
// for a GRU, which alone writes both.
template <class T>
struct StepBackward {
  int64_t H;
  const T *kept, *y, *cell, *h_before, *c_before, *dy;
  T *dh, *dc, *dz_x, *dz_h;

  DLCORE_INLINE simd::Vector<T> state_gradient(int64_t j, int64_t n) const {
    const auto d = get(dh + j, n);
    return dy ? d + get(dy + j, n) : d;
  }

  void lstm() const {
    for_units<T>(
        H, [&](int64_t j, int64_t n) __attribute__((always_inline)) {
          const auto i = get(kept + j, n), f = get(kept + H + j, n), g = get(kept + 2 * H + j, n);
          const auto o = get(kept + 3 * H + j, n), bent = math::tanh(get(cell + j, n)), d = state_gradient(j, n);
          const auto dnext = get(dc + j, n) + d * o * (T{1} - bent * bent);
          put(dz_x + j, dnext * g * i * (T{1} - i), n);
          put(dz_x + H + j, dnext * get(c_before + j, n) * f * (T{1} - f), n);
          put(dz_x + 2 * H + j, dnext * i * (T{1} - g * g), n);
          put(dz_x + 3 * H + j, d * bent * o * (T{1} - o), n);
          put(dc + j, dnext * f, n);
        });
  }

  void gru() const {
    for_units<T>(
        H, [&](int64_t j, int64_t n) __attribute__((always_inline)) {
          const auto r = get(kept + j, n), u = get(kept + H + j, n), candidate = get(kept + 2 * H + j, n);
          const auto q = get(kept + 3 * H + j, n), d = state_gradient(j, n);
          const auto dn = d * (T{1} - u) * (T{1} - candidate * candidate), dr = dn * q * r * (T{1} - r);
          const auto du = d * (get(h_before + j, n) - candidate) * u * (T{1} - u);
          put(dz_x + j, dr, n), put(dz_x + H + j, du, n), put(dz_x + 2 * H + j, dn, n);
          put(dz_h + j, dr, n), put(dz_h + H + j, du, n), put(dz_h + 2 * H + j, dn * r, n);
          put(dh + j, d * u, n);
        });
  }

  template <bool kRelu>
  void simple() const {
    for_units<T>(
        H, [&](int64_t j, int64_t n) __attribute__((always_inline)) {
          const auto state = get(y + j, n), d = state_gradient(j, n);
          if constexpr (kRelu) {
            put(dz_x + j, simd::choose<T>(state > T{0}, d, simd::Vector<T>{}), n);
          } else {
            put(dz_x + j, d * (T{1} - state * state), n);
          }
        });
  }
};

// A step forward or backward.
template <class Step>
void run(Cell cell, const Step& step) {
  switch (cell) {
    case Cell::Lstm:
      return step.lstm();
    case Cell::Gru:
      return step.gru();
    case Cell::Tanh:
      return step.template simple<false>();
    case Cell::Relu:
      return step.template simple<true>();
  }
}

}  // namespace dlcore::kernels
