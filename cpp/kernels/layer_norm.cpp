// Each row comes from memory once: the mean, then the squares about it, then the result, all while it is in the cache.
// Sums along a row are those of at most kRun elements in T, joined in double, so that a long row does not lose digits.
// dw and db are sums over rows. Rows are cut into parts by size alone; a part adds some rows at a time in T and these
// sums in double, and the parts are added in order.
#include "kernels/layer_norm.h"

#include <Eigen/Core>
#include <cmath>
#include <memory>

#include "core/parallel.h"
#include "kernels/prefetch.h"
#include "kernels/simd.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kRun = 1024;  // elements: two arrays of them in float32 are a quarter of a 32 KB cache
constexpr int64_t kParts = 64;  // at most: each holds 2 D doubles
// How many rows at a time give dx and then, from the second cache, their share of dw and db: 64 KB of x and dy in
// float32, and no more than their sum in T loses a bit or two to.
int64_t rows_at_once(int64_t D) { return std::clamp<int64_t>(8192 / D, 8, 64); }

template <class T>
using Row = Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>;
template <class T>
using MutableRow = Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>>;

// Where in a row f of the two loops below is asked for a value: at(x) is a vector of x, or at the end one element.
template <class T>
struct AtVector {
  int64_t d;
  [[gnu::always_inline]] simd::Vector<T> operator()(const T* x) const { return simd::load(x + d); }
};
template <class T>
struct AtElement {
  int64_t d;
  [[gnu::always_inline]] T operator()(const T* x) const { return x[d]; }
};

// Sums of f(at) over a row, kRun elements in T and these in double.
template <class T, class F>
[[gnu::always_inline]] inline double sum_of(int64_t D, const F& f) {
  constexpr int kWidth = simd::kWidth<T>, kSums = 4;  // at once: an addition takes four cycles, and two begin in each
  double total = 0;
  for (int64_t begin = 0; begin < D; begin += kRun) {
    const int64_t end = std::min(D, begin + kRun);
    simd::Vector<T> sums[kSums] = {};
    int64_t d = begin;
    for (; d + kSums * kWidth <= end; d += kSums * kWidth) {
      for (int k = 0; k < kSums; ++k) sums[k] += f(AtVector<T>{d + k * kWidth});
    }
    for (; d + kWidth <= end; d += kWidth) sums[0] += f(AtVector<T>{d});
    T rest = simd::sum<T>((sums[0] + sums[1]) + (sums[2] + sums[3]));
    for (; d < end; ++d) rest += f(AtElement<T>{d});
    total += rest;
  }
  return total;
}

template <class T, class F>
[[gnu::always_inline]] inline void write_row(int64_t D, T* y, const F& f) {
  int64_t d = 0;
  for (; d + simd::kWidth<T> <= D; d += simd::kWidth<T>) simd::store<T>(y + d, f(AtVector<T>{d}));
  for (; d < D; ++d) y[d] = f(AtElement<T>{d});
}

template <class T>
void forward_row(const LayerNorm& of, const T* x, T* y, T& mean, T& rstd, double eps) {
  const auto D = static_cast<double>(of.D);
  fetch_row(x + of.D, of.D);
  fetch_row_to_write(y + of.D, of.D);
  const T m = of.centred ? static_cast<T>(sum_of<T>(of.D, [=](auto at) { return at(x); }) / D) : 0;
  const double var = sum_of<T>(of.D, [=](auto at) { return (at(x) - m) * (at(x) - m); }) / D;
  const T r = static_cast<T>(1 / std::sqrt(var + eps));
  const T *w = static_cast<const T*>(of.weight), *b = static_cast<const T*>(of.bias);
  if (w && b) {
    write_row(of.D, y, [=](auto at) { return (at(x) - m) * r * at(w) + at(b); });
  } else if (w) {
    write_row(of.D, y, [=](auto at) { return (at(x) - m) * r * at(w); });
  } else if (b) {
    write_row(of.D, y, [=](auto at) { return (at(x) - m) * r + at(b); });
  } else {
    write_row(of.D, y, [=](auto at) { return (at(x) - m) * r; });
  }
  mean = m;
  rstd = r;
}

template <class T>
void backward_row(const LayerNorm& of, const T* dy, const T* x, T mean, T rstd, T* dx) {
  const T* w = static_cast<const T*>(of.weight);
  const auto D = static_cast<double>(of.D);
  fetch_row(dy + of.D, of.D);
  fetch_row(x + of.D, of.D);
  fetch_row_to_write(dx + of.D, of.D);
  const auto with_g = [=, &of](auto g) {  // dy w, or dy
    const T g_mean = of.centred ? static_cast<T>(sum_of<T>(of.D, g) / D) : 0;
    const double along = sum_of<T>(of.D, [=](auto at) { return g(at) * (at(x) - mean); }) / D;
    const T slope = static_cast<T>(along * rstd * rstd);
    write_row(of.D, dx, [=](auto at) { return (g(at) - g_mean - (at(x) - mean) * slope) * rstd; });
  };
  if (w) {
    with_g([=](auto at) { return at(dy) * at(w); });
  } else {
    with_g([=](auto at) { return at(dy); });
  }
}

// dw and db of the rows from `begin` to `end`, added to sums (2, D).
template <class T>
void add_parameter_sums(int64_t D, const T* dy_, const T* x_, const T* mean, const T* rstd, int64_t begin, int64_t end,
                        double* sums) {
  constexpr int64_t kColumns = 256;  // of which the sums stay in the first cache
  for (int64_t d = 0; d < D; d += kColumns) {
    const int64_t n = std::min(kColumns, D - d);
    Eigen::Array<T, Eigen::Dynamic, 1, 0, kColumns, 1> dw = decltype(dw)::Zero(n), db = dw;
    for (int64_t i = begin; i < end; ++i) {
      const Row<T> dy(dy_ + i * D + d, n), x(x_ + i * D + d, n);
      dw += dy * ((x - mean[i]) * rstd[i]);
      db += dy;
    }
    MutableRow<double>(sums + d, n) += dw.template cast<double>();
    MutableRow<double>(sums + D + d, n) += db.template cast<double>();
  }
}

int64_t row_grain(const LayerNorm& of) { return std::max<int64_t>(kElementGrain / 4 / of.D, 1); }

}  // namespace

void layer_norm(DType dtype, const LayerNorm& of, const void* x_, void* y_, void* mean_, void* rstd_, double eps) {
  if (of.D == 0) return;
  visit_floating(dtype, [&]<class T>() {
    parallel_for(of.M, row_grain(of), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        forward_row(of, static_cast<const T*>(x_) + i * of.D, static_cast<T*>(y_) + i * of.D, static_cast<T*>(mean_)[i],
                    static_cast<T*>(rstd_)[i], eps);
      }
    });
  });
}

void layer_norm_backward(DType dtype, const LayerNorm& of, const void* dy_, const void* x_, const void* mean_,
                         const void* rstd_, void* dx_, void* dw_, void* db_) {
  if (of.D == 0) return;
  const bool with_parameters = dw_ != nullptr;
  const int64_t grain = std::max(row_grain(of), pieces_of(of.M, kParts)), parts = pieces_of(of.M, grain);
  visit_floating(dtype, [&]<class T>() {
    const T *dy = static_cast<const T*>(dy_), *x = static_cast<const T*>(x_);
    const T *mean = static_cast<const T*>(mean_), *rstd = static_cast<const T*>(rstd_);
    const auto sums = with_parameters ? std::make_unique<double[]>(parts * 2 * of.D) : nullptr;
    parallel_for(of.M, grain, [&](int64_t begin, int64_t end) {
      for (int64_t from = begin, to; from < end; from = to) {
        to = std::min(end, from + rows_at_once(of.D));
        for (int64_t i = from; i < to; ++i) {
          backward_row(of, dy + i * of.D, x + i * of.D, mean[i], rstd[i], static_cast<T*>(dx_) + i * of.D);
        }
        if (with_parameters)
          add_parameter_sums(of.D, dy, x, mean, rstd, from, to, sums.get() + begin / grain * 2 * of.D);
      }
    });
    if (!with_parameters) return;
    T *dw = static_cast<T*>(dw_), *db = static_cast<T*>(db_);
    for (int64_t d = 0; d < of.D; ++d) {
      double w = 0, b = 0;
      for (int64_t part = 0; part < parts; ++part) {
        w += sums[part * 2 * of.D + d];
        b += sums[(part * 2 + 1) * of.D + d];
      }
      dw[d] = static_cast<T>(w);
      db[d] = static_cast<T>(b);
    }
  });
}

}  // namespace dlcore::kernels
