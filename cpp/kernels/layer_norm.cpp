// Each row comes from memory once: the mean, then the squares about it, then the result, all while it is in the cache.
// Sums along a row are those of at most kRun elements in T, joined in double, so that a long row does not lose digits.
// dw and db are sums over rows. Rows are cut into parts by size alone; a part adds some rows at a time in T and these
// sums in double, and the parts are added in order.
#include "kernels/layer_norm.h"

#include <Eigen/Core>
#include <cmath>
#include <memory>

#include "core/parallel.h"

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

// sum(begin, n) of each run of a row, joined in double.
template <class Sum>
double over_runs(int64_t D, Sum sum) {
  double total = 0;
  for (int64_t d = 0; d < D; d += kRun) total += sum(d, std::min(kRun, D - d));
  return total;
}

template <class T>
void forward_row(const LayerNorm& of, const T* x, T* y, T& mean, T& rstd, double eps) {
  const auto D = static_cast<double>(of.D);
  const T m = static_cast<T>(over_runs(of.D, [&](int64_t d, int64_t n) { return Row<T>(x + d, n).sum(); }) / D);
  const double var = over_runs(of.D, [&](int64_t d, int64_t n) { return (Row<T>(x + d, n) - m).square().sum(); }) / D;
  const T r = static_cast<T>(1 / std::sqrt(var + eps));
  const T *w = static_cast<const T*>(of.weight), *b = static_cast<const T*>(of.bias);
  MutableRow<T> out(y, of.D);
  if (w && b) {
    out = (Row<T>(x, of.D) - m) * r * Row<T>(w, of.D) + Row<T>(b, of.D);
  } else if (w) {
    out = (Row<T>(x, of.D) - m) * r * Row<T>(w, of.D);
  } else if (b) {
    out = (Row<T>(x, of.D) - m) * r + Row<T>(b, of.D);
  } else {
    out = (Row<T>(x, of.D) - m) * r;
  }
  mean = m;
  rstd = r;
}

template <class T>
void backward_row(const LayerNorm& of, const T* dy_, const T* x_, T mean, T rstd, T* dx_) {
  const Row<T> dy(dy_, of.D), x(x_, of.D);
  MutableRow<T> dx(dx_, of.D);
  const T* w = static_cast<const T*>(of.weight);
  const auto D = static_cast<double>(of.D);
  const auto with_g = [&](const auto& g) {  // dy w, or dy
    const T g_mean = static_cast<T>(over_runs(of.D, [&](int64_t d, int64_t n) { return g.segment(d, n).sum(); }) / D);
    const double along =
        over_runs(of.D, [&](int64_t d, int64_t n) { return (g.segment(d, n) * (x.segment(d, n) - mean)).sum(); }) / D;
    dx = (g - g_mean - (x - mean) * static_cast<T>(along * rstd * rstd)) * rstd;
  };
  if (w) {
    with_g(dy * Row<T>(w, of.D));
  } else {
    with_g(dy);
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
