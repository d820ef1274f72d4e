#include "kernels/attention/products.h"

#include <algorithm>
#include <utility>

#include "kernels/math.h"

namespace dlcore::kernels {
namespace {

using namespace simd;

// rows[i][j] and rows[j][i] change places: halves of the matrix, then quarters, ...
template <class T, int kStep = kWidth<T> / 2>
[[gnu::always_inline]] inline void transpose(Vector<T> (&rows)[kWidth<T>]) {
  constexpr int kW = kWidth<T>;
  if constexpr (kStep > 0) {
    [&]<int... kLane>(std::integer_sequence<int, kLane...>) __attribute__((always_inline)) {
#pragma GCC unroll 16
      for (int i = 0; i < kW; ++i) {
        if (i & kStep) continue;
        const Vector<T> a = rows[i], b = rows[i + kStep];
        rows[i] = __builtin_shufflevector(a, b, (kLane & kStep ? kW + kLane - kStep : kLane)...);
        rows[i + kStep] = __builtin_shufflevector(a, b, (kLane & kStep ? kW + kLane : kLane + kStep)...);
      }
    }
    (std::make_integer_sequence<int, kW>{});
    transpose<T, kStep / 2>(rows);
  }
}

}  // namespace

template <class T>
void to_lanes(const T* x, int64_t x_row, int count, int64_t D, T factor, T* y, int lanes) {
  constexpr int kW = kWidth<T>;
  for (int lane = 0; lane < lanes; lane += kW) {
    for (int64_t d = 0; d < D; d += kW) {
      Vector<T> rows[kW];
      const int64_t n = std::min<int64_t>(kW, D - d);
      for (int i = 0; i < kW; ++i) {
        const T* from = x + (lane + i) * x_row + d;
        rows[i] = lane + i >= count ? Vector<T>{} : (n == kW ? load(from) : load_part(from, n)) * factor;
      }
      transpose<T>(rows);
      for (int64_t i = 0; i < n; ++i) store<T>(y + (d + i) * lanes + lane, rows[i]);
    }
  }
}

template <class T>
void from_lanes(const T* x, int lanes, int count, int64_t D, const T* factor, T* y, int64_t y_row) {
  constexpr int kW = kWidth<T>;
  for (int lane = 0; lane < count; lane += kW) {
    const Vector<T> scale = load(factor + lane);
    for (int64_t d = 0; d < D; d += kW) {
      Vector<T> rows[kW];
      const int64_t n = std::min<int64_t>(kW, D - d);
      for (int i = 0; i < kW; ++i) rows[i] = i < n ? load(x + (d + i) * lanes + lane) * scale : Vector<T>{};
      transpose<T>(rows);
      for (int i = 0; i < std::min(kW, count - lane); ++i) {
        T* to = y + (lane + i) * y_row + d;
        n == kW ? store<T>(to, rows[i]) : store_part<T>(to, rows[i], n);
      }
    }
  }
}

template <class T>
void scores(const T* x, int64_t x_row, int keys, int64_t D, const T* y, int lanes, T* s) {
  for (int j = 0; j < lanes; j += kTileCols<T>) {
    for (int i = 0; i < keys; i += kRowsAtOnce)
      multiply_tile<T>({D, x + i * x_row, x_row, 1, y + j, lanes, s + i * lanes + j, lanes,
                        std::min(kRowsAtOnce, keys - i), kTileCols<T>, false});
  }
}

template <class T>
void accumulate(const T* x, int64_t x_row, int keys, int64_t D, const T* w, int lanes, T* y) {
  for (int j = 0; j < lanes; j += kTileCols<T>) {
    for (int64_t i = 0; i < D; i += kRowsAtOnce)
      multiply_tile<T>({keys, x + i, 1, x_row, w + j, lanes, y + i * lanes + j, lanes,
                        static_cast<int>(std::min<int64_t>(kRowsAtOnce, D - i)), kTileCols<T>, true});
  }
}

template <class T>
void outer(const T* w, int lanes, int keys, int count, const T* y, int64_t y_row, int64_t D, T* z, int64_t z_row) {
  const int64_t cols = (D + kWidth<T> - 1) / kWidth<T> * kWidth<T>;
  for (int64_t j = 0; j < cols; j += kTileCols<T>) {
    const int n = static_cast<int>(std::min<int64_t>(kTileCols<T>, cols - j));
    for (int i = 0; i < keys; i += kRowsAtOnce)
      multiply_tile<T>({count, w + i * lanes, lanes, 1, y + j, y_row, z + i * z_row + j, z_row,
                        std::min(kRowsAtOnce, keys - i), n, true});
  }
}

template <class T>
bool all_finite(const T* x, int64_t x_row, int keys, int64_t D) {
  constexpr int kW = kWidth<T>;
  Vector<T> sum{};  // of x times zero: zero, or NaN
  for (int i = 0; i < keys; ++i) {
    const T* row = x + i * x_row;
    int64_t d = 0;
    for (; d + kW <= D; d += kW) sum += load(row + d) * T(0);
    if (d < D) sum += load_part(row + d, D - d) * T(0);
  }
  return simd::sum<T>(sum) == 0;
}

template <class T>
void accumulate_finite(const T* x, int64_t x_row, int keys, int64_t D, const T* w, int lanes, T* y) {
  for (int i = 0; i < keys; ++i) {
    for (int64_t d = 0; d < D; ++d) {
      const T a = x[i * x_row + d];
      for (int lane = 0; lane < lanes; ++lane) {
        const T b = w[i * lanes + lane], product = a * b;
        y[d * lanes + lane] += b == 0 ? T(0) : product;
      }
    }
  }
}

template <class T>
void additive_scores(const T* x, int64_t x_row, int keys, int64_t D, const T* w, const T* y, int lanes, T* s) {
  for (int i = 0; i < keys; ++i) {
    T* to = s + i * lanes;
    std::fill_n(to, lanes, T(0));
    for (int64_t d = 0; d < D; ++d) {
      const T a = x[i * x_row + d], scale = w[d];
      const T* from = y + d * lanes;
#pragma GCC ivdep
      for (int lane = 0; lane < lanes; ++lane) to[lane] += scale * math::tanh(a + from[lane]);
    }
  }
}

template <class T>
void additive_backward(const T* ds, const T* x, int64_t x_row, int keys, int64_t D, const T* w, const T* y, int lanes,
                       T* buffer, const AdditiveGradients<T>& to) {
  constexpr int kW = kWidth<T>;
  for (int i = 0; i < keys; ++i) {
    for (int64_t d = 0; d < D; ++d) {
      const T a = x[i * x_row + d];
      const T* from = y + d * lanes;
      T* tanhs = buffer + d * lanes;
#pragma GCC ivdep
      for (int lane = 0; lane < lanes; ++lane) tanhs[lane] = math::tanh(a + from[lane]);
    }
    for (int64_t d = 0; d < D; ++d) {
      Vector<T> dx{}, dw{};
      for (int lane = 0; lane < lanes; lane += kW) {
        const Vector<T> g = load(ds + i * lanes + lane), t = load(buffer + d * lanes + lane);
        const Vector<T> weighted = choose<T>(g != T(0), g * t, Vector<T>{});  // of a masked key even NaN is nothing
        const Vector<T> inner = choose<T>(g != T(0), (g - weighted * t) * w[d], Vector<T>{});
        dw += weighted;
        dx += inner;
        if (to.dy) store<T>(to.dy + d * lanes + lane, load(to.dy + d * lanes + lane) + inner);
      }
      if (to.dx) to.dx[i * to.dx_row + d] += sum<T>(dx);
      if (to.dw) to.dw[d] += sum<T>(dw);
    }
  }
}

#define DLCORE_ATTENTION_PRODUCTS(T)                                                                      \
  template void to_lanes(const T*, int64_t, int, int64_t, T, T*, int);                                    \
  template void from_lanes(const T*, int, int, int64_t, const T*, T*, int64_t);                           \
  template void scores(const T*, int64_t, int, int64_t, const T*, int, T*);                               \
  template void accumulate(const T*, int64_t, int, int64_t, const T*, int, T*);                           \
  template void outer(const T*, int, int, int, const T*, int64_t, int64_t, T*, int64_t);                  \
  template bool all_finite(const T*, int64_t, int, int64_t);                                              \
  template void accumulate_finite(const T*, int64_t, int, int64_t, const T*, int, T*);                    \
  template void additive_scores(const T*, int64_t, int, int64_t, const T*, const T*, int, T*);            \
  template void additive_backward(const T*, const T*, int64_t, int, int64_t, const T*, const T*, int, T*, \
                                  const AdditiveGradients<T>&);
DLCORE_ATTENTION_PRODUCTS(float)
DLCORE_ATTENTION_PRODUCTS(double)
#undef DLCORE_ATTENTION_PRODUCTS

}  // namespace dlcore::kernels
