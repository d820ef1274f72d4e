// Each row comes from memory once (NOTE [Rows in passes]): the mean, then the squares about it, then the result.
// dw and db are sums over rows. Rows are cut into parts by size alone; a part adds some rows at a time in T and these
// sums in double, and the parts are added in order.
#include "kernels/layer_norm.h"

#include <cmath>
#include <memory>

#include "core/parallel.h"
#include "core/scratch.h"
#include "kernels/prefetch.h"
#include "kernels/rows.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kParts = 64;  // at most: each holds 2 D doubles
// How many rows are added in T, of which a sum then loses a bit or two.
int64_t rows_at_once(int64_t D) { return std::clamp<int64_t>(8192 / D, 8, 64); }

template <class T>
void forward_row(const LayerNorm& of, const T* x, T* y, bool streams, T& mean, T& rstd, double eps) {
  const auto D = static_cast<double>(of.D);
  fetch_row(x + of.D, of.D);
  if (!streams) fetch_row_to_write(y + of.D, of.D);
  const T m = of.centred ? static_cast<T>(sum_of_row<T>(of.D, [=](auto at) { return at(x); }) / D) : 0;
  const double var = sum_of_row<T>(of.D, [=](auto at) { return (at(x) - m) * (at(x) - m); }) / D;
  const T r = static_cast<T>(1 / std::sqrt(var + eps));
  const T *w = static_cast<const T*>(of.weight), *b = static_cast<const T*>(of.bias);
  if (w && b) {
    write_row(of.D, y, streams, [=](auto at) { return (at(x) - m) * r * at(w) + at(b); });
  } else if (w) {
    write_row(of.D, y, streams, [=](auto at) { return (at(x) - m) * r * at(w); });
  } else if (b) {
    write_row(of.D, y, streams, [=](auto at) { return (at(x) - m) * r + at(b); });
  } else {
    write_row(of.D, y, streams, [=](auto at) { return (at(x) - m) * r; });
  }
  mean = m;
  rstd = r;
}

// Of some rows, in T, for as many columns as fill vectors.
template <class T>
struct ParameterSums {
  T *dw, *db;  // or null
};

template <class T>
void backward_row(const LayerNorm& of, const T* dy, const T* x, T mean, T rstd, T* dx, bool streams,
                  const ParameterSums<T>& sums) {
  const T* w = static_cast<const T*>(of.weight);
  const auto D = static_cast<double>(of.D);
  fetch_row(dy + of.D, of.D);
  fetch_row(x + of.D, of.D);
  if (!streams) fetch_row_to_write(dx + of.D, of.D);
  const auto with_g = [=, &of](auto g) {  // dy w, or dy
    const T g_mean = of.centred ? static_cast<T>(sum_of_row<T>(of.D, g) / D) : 0;
    const double along = sum_of_row<T>(of.D, [=](auto at) { return g(at) * (at(x) - mean); }) / D;
    const T slope = static_cast<T>(along * rstd * rstd);
    write_row(of.D, dx, streams, [=](auto at) {
      const auto centred = at(x) - mean;
      if (sums.dw) {
        simd::store<T>(sums.dw + at.d, at(sums.dw) + at(dy) * (centred * rstd));
        simd::store<T>(sums.db + at.d, at(sums.db) + at(dy));
      }
      return (g(at) - g_mean - centred * slope) * rstd;
    });
  };
  if (w) {
    with_g([=](auto at) { return at(dy) * at(w); });
  } else {
    with_g([=](auto at) { return at(dy); });
  }
}

int64_t row_grain(const LayerNorm& of) { return std::max<int64_t>(kElementGrain / 4 / of.D, 1); }

}  // namespace

void layer_norm(DType dtype, const LayerNorm& of, const void* x_, void* y_, void* mean_, void* rstd_, double eps) {
  if (of.D == 0) return;
  visit_floating(dtype, [&]<class T>() {
    const T* x = static_cast<const T*>(x_);
    T *y = static_cast<T*>(y_), *mean = static_cast<T*>(mean_), *rstd = static_cast<T*>(rstd_);
    const bool streams = streams_rows(y, of.M, of.D);
    parallel_for(of.M, row_grain(of), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        forward_row(of, x + i * of.D, y + i * of.D, streams, mean[i], rstd[i], eps);
      }
      if (streams) simd::stream_end();
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
    T* dx = static_cast<T*>(dx_);
    const bool streams = streams_rows(dx, of.M, of.D);
    const int64_t width = pieces_of(of.D, simd::kWidth<T>) * simd::kWidth<T>;
    const auto sums = with_parameters ? std::make_unique<double[]>(parts * 2 * of.D) : nullptr;
    parallel_for(of.M, grain, [&](int64_t begin, int64_t end) {
      const Scratch<T> room = with_parameters ? Scratch<T>(2 * width) : Scratch<T>();
      const ParameterSums<T> some = with_parameters ? ParameterSums<T>{room, room + width} : ParameterSums<T>{};
      for (int64_t from = begin, to; from < end; from = to) {
        to = std::min(end, from + rows_at_once(of.D));
        if (with_parameters) std::fill_n(some.dw, 2 * width, T{0});
        for (int64_t i = from; i < to; ++i) {
          backward_row(of, dy + i * of.D, x + i * of.D, mean[i], rstd[i], dx + i * of.D, streams, some);
        }
        if (!with_parameters) continue;
        double* all = sums.get() + begin / grain * 2 * of.D;
        for (int64_t d = 0; d < of.D; ++d) all[d] += some.dw[d];
        for (int64_t d = 0; d < of.D; ++d) all[of.D + d] += some.db[d];
      }
      if (streams) simd::stream_end();
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
