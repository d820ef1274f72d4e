// Sequences do not meet, so threads share the sequences, not the steps: a block of them goes through all steps by
// itself, its states in the first cache. What a step waits for is the product of a few rows of states and all of w,
// which is packed once for all steps and blocks. The inputs' part of the gates is known before, as is, behind, the
// weights' gradient: both are one product over all steps, by the op.
#include "kernels/recurrence.h"

#include <algorithm>

#include "core/parallel.h"
#include "core/scratch.h"
#include "kernels/gemm/micro_kernel.h"
#include "kernels/gemm/pack.h"
#include "kernels/math.h"

namespace dlcore::kernels {
namespace {

// Weights as the micro-kernel reads them.
template <class T>
class Packed {
 public:
  Packed(const Strided<T>& b, int64_t k, int64_t n)
      : k_(k), n_(n), panels_(pieces_of(n, kTileCols<T>) * kTileCols<T> * k) {
    parallel_for(n, pieces_of(kElementGrain, k * kTileCols<T>) * kTileCols<T>, [&](int64_t begin, int64_t end) {
      pack(b.from(0, begin), k, end - begin, panels_.data() + begin * k, kTileCols<T>);
    });
  }

  // c = a b, or c + a b, for a (rows, k) contiguous.
  void multiply(const T* a, int64_t rows, T* c, int64_t c_row, bool add) const {
    TileProduct<T> tile{};
    tile.k = k_, tile.a_row = k_, tile.a_col = 1, tile.b_row = kTileCols<T>, tile.c_row = c_row, tile.add = add;
    for (int64_t x = 0; x < n_; x += kTileCols<T>) {
      tile.b = panels_.data() + x * k_;
      tile.cols = static_cast<int>(std::min<int64_t>(kTileCols<T>, n_ - x));
      for (int64_t y = 0; y < rows; y += kTileRows) {
        tile.a = a + y * k_, tile.c = c + y * c_row + x;
        tile.rows = static_cast<int>(std::min<int64_t>(kTileRows, rows - y));
        multiply_tile(tile);
      }
    }
  }

 private:
  int64_t k_, n_;
  Scratch<T> panels_;
};

// How many sequences go together: as many as the micro-kernel takes at once, or some fewer to make an even number of
// blocks, for two threads; more where w comes from beyond the second cache at every step, and should serve longer.
template <class T>
int64_t block_rows(const Recurrence& of) {
  const int64_t bytes = gates_of(of.cell) * of.H * of.H * static_cast<int64_t>(sizeof(T));
  const int64_t most = bytes > (1 << 20) ? 4 * kTileRows : kTileRows;
  int64_t count = pieces_of(of.batch, most);
  if (count % 2 == 1 && of.batch / (count + 1) >= kTileRows / 2) ++count;
  return pieces_of(of.batch, std::max<int64_t>(count, 1));
}

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

// One step of one sequence: from z, and from what w h gave, to the state.
template <class T>
struct Step {
  int64_t H;
  const T *z, *b;
  T *kept, *h, *c, *y, *cell;  // kept: w h is there, the gates go there; cell may be null

  DLCORE_INLINE simd::Vector<T> gate(int64_t g, int64_t j, int64_t n) const {
    const int64_t at = g * H + j;
    const simd::Vector<T> sum = get(kept + at, n) + get(z + at, n);
    return b ? sum + get(b + at, n) : sum;
  }

  void lstm() const {
    for_units<T>(
        H, [&](int64_t j, int64_t n) __attribute__((always_inline)) {
          const auto i = math::sigmoid(gate(0, j, n)), f = math::sigmoid(gate(1, j, n));
          const auto g = math::tanh(gate(2, j, n)), o = math::sigmoid(gate(3, j, n));
          const auto next = f * get(c + j, n) + i * g, state = o * math::tanh(next);
          put(kept + j, i, n), put(kept + H + j, f, n), put(kept + 2 * H + j, g, n), put(kept + 3 * H + j, o, n);
          put(c + j, next, n), put(h + j, state, n), put(y + j, state, n);
          if (cell) put(cell + j, next, n);
        });
  }

  void gru() const {
    for_units<T>(
        H, [&](int64_t j, int64_t n) __attribute__((always_inline)) {
          const auto r = math::sigmoid(gate(0, j, n)), u = math::sigmoid(gate(1, j, n));
          auto q = get(kept + 2 * H + j, n);
          if (b) q += get(b + 2 * H + j, n);
          const auto candidate = math::tanh(get(z + 2 * H + j, n) + r * q);
          const auto state = candidate + u * (get(h + j, n) - candidate);
          put(kept + j, r, n), put(kept + H + j, u, n), put(kept + 2 * H + j, candidate, n),
              put(kept + 3 * H + j, q, n);
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

  void run(Cell cell) const {
    switch (cell) {
      case Cell::Lstm:
        return lstm();
      case Cell::Gru:
        return gru();
      case Cell::Tanh:
        return simple<false>();
      case Cell::Relu:
        return simple<true>();
    }
  }
};

// The same, backward: dh holds the gradient of the state behind the step, and in the end the part of the state's before
// it that does not come through w.
template <class T>
struct StepBackward {
  int64_t H;
  const T *kept, *y, *cell, *h_before, *c_before, *dy;
  T *dh, *dc, *dz, *dw_h;

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
          put(dz + j, dnext * g * i * (T{1} - i), n);
          put(dz + H + j, dnext * get(c_before + j, n) * f * (T{1} - f), n);
          put(dz + 2 * H + j, dnext * i * (T{1} - g * g), n);
          put(dz + 3 * H + j, d * bent * o * (T{1} - o), n);
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
          put(dz + j, dr, n), put(dz + H + j, du, n), put(dz + 2 * H + j, dn, n);
          put(dw_h + j, dr, n), put(dw_h + H + j, du, n), put(dw_h + 2 * H + j, dn * r, n);
          put(dh + j, d * u, n);
        });
  }

  template <bool kRelu>
  void simple() const {
    for_units<T>(
        H, [&](int64_t j, int64_t n) __attribute__((always_inline)) {
          const auto state = get(y + j, n), d = state_gradient(j, n);
          if constexpr (kRelu) {
            put(dz + j, simd::choose<T>(state > T{0}, d, simd::Vector<T>{}), n);
          } else {
            put(dz + j, d * (T{1} - state * state), n);
          }
        });
  }

  void run(Cell cell) const {
    switch (cell) {
      case Cell::Lstm:
        return lstm();
      case Cell::Gru:
        return gru();
      case Cell::Tanh:
        return simple<false>();
      case Cell::Relu:
        return simple<true>();
    }
  }
};

int64_t step_at(const Recurrence& of, int64_t number) { return of.reverse ? of.steps - 1 - number : number; }

// Sequences [begin, end) that have a step t.
int64_t active(const Recurrence& of, int64_t t, int64_t begin, int64_t end) {
  return std::clamp<int64_t>(of.batch_sizes[t] - begin, 0, end - begin);
}

// What sequence i had before step t: its row of `all`, or of the first states.
template <class T>
const T* before(const Recurrence& of, const T* all, const T* first_state, int64_t t, int64_t i) {
  const int64_t previous = of.reverse ? t + 1 : t - 1;
  const bool has = previous >= 0 && previous < of.steps && i < of.batch_sizes[previous];
  return has ? all + (of.first[previous] + i) * of.H : first_state + i * of.H;
}

template <class T>
void forward(const Recurrence& of, const RecurrenceArrays& arrays) {
  const int64_t H = of.H, G = gates_of(of.cell), K = std::max(kept_of(of.cell), int64_t{1}), width = K * H;
  const auto as = [](auto* p) { return static_cast<const T*>(p); };
  const auto to = [](void* p) { return static_cast<T*>(p); };
  const Packed<T> w({as(arrays.w), 1, H}, H, G * H);
  const int64_t grain = block_rows<T>(of);
  parallel_for(of.batch, grain, [&](int64_t begin, int64_t end) {
    T *h = to(arrays.h) + begin * H, *c = arrays.c0 ? to(arrays.c) + begin * H : nullptr;
    std::copy_n(as(arrays.h0) + begin * H, (end - begin) * H, h);
    if (c) std::copy_n(as(arrays.c0) + begin * H, (end - begin) * H, c);
    const Scratch<T> own = arrays.kept ? Scratch<T>() : Scratch<T>((end - begin) * width);
    for (int64_t s = 0; s < of.steps; ++s) {
      const int64_t t = step_at(of, s), n = active(of, t, begin, end), row = of.first[t] + begin;
      if (n == 0) continue;
      T* kept = arrays.kept ? to(arrays.kept) + row * width : own.data();
      w.multiply(h, n, kept, width, false);
      for (int64_t i = 0; i < n; ++i) {
        const Step<T> step{H,
                           as(arrays.z) + (row + i) * G * H,
                           as(arrays.b),
                           kept + i * width,
                           h + i * H,
                           c ? c + i * H : nullptr,
                           to(arrays.y) + (row + i) * H,
                           arrays.cells ? to(arrays.cells) + (row + i) * H : nullptr};
        step.run(of.cell);
      }
    }
  });
}

template <class T>
void backward(const Recurrence& of, const RecurrenceArrays& arrays, const RecurrenceGradients& gradients) {
  const int64_t H = of.H, G = gates_of(of.cell), width = kept_of(of.cell) * H;
  const auto as = [](const void* p) { return static_cast<const T*>(p); };
  const auto to = [](void* p) { return static_cast<T*>(p); };
  const auto row_of = [](auto* p, int64_t at) { return p ? p + at : nullptr; };
  const Packed<T> w({as(arrays.w), H, 1}, G * H, H);
  const int64_t grain = block_rows<T>(of);
  parallel_for(of.batch, grain, [&](int64_t begin, int64_t end) {
    for (int64_t s = of.steps - 1; s >= 0; --s) {
      const int64_t t = step_at(of, s), n = active(of, t, begin, end), row = of.first[t] + begin;
      if (n == 0) continue;
      T* dw_h = to(gradients.dw_h ? gradients.dw_h : gradients.dz);
      for (int64_t i = 0; i < n; ++i) {
        const int64_t at = (row + i) * H, own = (begin + i) * H;
        const StepBackward<T> step{H,
                                   row_of(as(arrays.kept), (row + i) * width),
                                   as(arrays.y) + at,
                                   row_of(as(arrays.cells), at),
                                   before(of, as(arrays.y), as(arrays.h0), t, begin + i),
                                   arrays.cells ? before(of, as(arrays.cells), as(arrays.c0), t, begin + i) : nullptr,
                                   row_of(as(gradients.dy), at),
                                   to(gradients.dh) + own,
                                   row_of(to(gradients.dc), own),
                                   to(gradients.dz) + at * G,
                                   dw_h + at * G};
        step.run(of.cell);
      }
      w.multiply(dw_h + row * G * H, n, to(gradients.dh) + begin * H, H, of.cell == Cell::Gru);
    }
  });
}

}  // namespace

void recurrence(DType dtype, const Recurrence& of, const RecurrenceArrays& arrays) {
  visit_floating(dtype, [&]<class T>() { forward<T>(of, arrays); });
}

void recurrence_backward(DType dtype, const Recurrence& of, const RecurrenceArrays& arrays,
                         const RecurrenceGradients& to) {
  visit_floating(dtype, [&]<class T>() { backward<T>(of, arrays, to); });
}

void previous_states(DType dtype, const Recurrence& of, const void* y, const void* h0, void* previous) {
  visit_floating(dtype, [&]<class T>() {
    for (int64_t t = 0; t < of.steps; ++t) {
      for (int64_t i = 0; i < of.batch_sizes[t]; ++i) {
        const T* from = before(of, static_cast<const T*>(y), static_cast<const T*>(h0), t, i);
        std::copy_n(from, of.H, static_cast<T*>(previous) + (of.first[t] + i) * of.H);
      }
    }
  });
}

}  // namespace dlcore::kernels
