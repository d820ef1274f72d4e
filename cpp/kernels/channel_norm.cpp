// x is read in chunks, stretches of one channel of one sample. What is summed over a unit is summed over each of its
// chunks, of at most kRun elements at a time in T, and these sums are joined in double: of the forward pass mean and
// squares about it (Chan, Golub, LeVeque 1983: no digit of the variance is lost to a large mean), of the backward pass
// dy and dy (x - mean). So memory is read once for the sums and once for the result; a unit that fits the second cache
// is there the second time.
//
// Threads share the units; where these are few and large, they share the chunks, first for the sums, then for the
// result. All cuts follow from the sizes, and joins go in the order of the chunks.
//
// Where a channel of a sample is shorter than a few vectors, and units are channels, they are taken as columns: some
// neighbouring ones at a time, line by line.
#include "kernels/channel_norm.h"

#include <Eigen/Core>
#include <cmath>
#include <memory>

#include "core/parallel.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kRun = 1024;       // elements summed in T
constexpr int64_t kChunk = 1 << 15;  // elements: work worth a thread
constexpr int64_t kFewUnits = 16;    // for the threads of a desktop to share
constexpr int64_t kShort = 16;       // elements of a channel of a sample, below which it is no run to be summed
constexpr int64_t kColumns = 64;     // of float32, 1024 lines of them are an eighth of a second cache of 2 MB
constexpr int64_t kLines = 128;      // summed in T

template <class T>
using Array = Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>;
template <class T>
using MutableArray = Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>>;

struct Moments {
  double n = 0, mean = 0, squares = 0;  // squares: of the distances from the mean, summed
};

Moments join(const Moments& a, const Moments& b) {
  if (a.n == 0) return b;
  const double n = a.n + b.n, d = b.mean - a.mean;
  return {n, a.mean + d * (b.n / n), a.squares + b.squares + d * d * (a.n * b.n / n)};
}

struct Slopes {
  double dy = 0, along = 0;  // sums of dy and of dy (x - mean)
};

struct Chunk {
  int64_t at, n, channel, index;  // index: among all chunks of x, those of a channel of a sample side by side
};

struct Chunks {
  explicit Chunks(const ChannelNorm& of_)
      : of(of_),
        length(std::min(of.S, kChunk)),
        per_channel(pieces_of(of.S, length)),
        per_unit((of.groups > 0 ? of.C / of.groups : of.N) * per_channel) {}

  Chunk operator()(int64_t unit, int64_t i) const {
    const int64_t segment = i / per_channel, part = i % per_channel;
    const int64_t n = of.groups > 0 ? unit / of.groups : segment;
    const int64_t c = of.groups > 0 ? unit % of.groups * (of.C / of.groups) + segment : unit;
    const int64_t row = n * of.C + c, begin = part * length;
    return {row * of.S + begin, std::min(length, of.S - begin), c, row * per_channel + part};
  }

  // sums(chunk) -> Sum of every chunk; whole(unit, sum of chunk(0), chunk(1), ...) once they are there; then
  // write(unit, chunk).
  template <class Sum, class Sums, class Whole, class Write>
  void run(const Sums& sums, const Whole& whole, const Write& write) const {
    const int64_t units = of.units(), size = std::max<int64_t>(of.unit_size(), 1);
    if (units >= kFewUnits || size <= 2 * kChunk) {
      parallel_for(units, std::max<int64_t>(1, kChunk / 4 / size), [&](int64_t begin, int64_t end) {
        for (int64_t u = begin; u < end; ++u) {
          whole(u, [&](int64_t i) { return sums(u, (*this)(u, i)); });
          for (int64_t i = 0; i < per_unit; ++i) write(u, (*this)(u, i));
        }
      });
      return;
    }
    const int64_t grain = std::max<int64_t>(1, kChunk / length);
    const auto parts = std::make_unique_for_overwrite<Sum[]>(units * per_unit);
    const auto each = [&](const auto& body) {
      parallel_for(units * per_unit, grain, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) body(i, i / per_unit, (*this)(i / per_unit, i % per_unit));
      });
    };
    each([&](int64_t i, int64_t unit, const Chunk& chunk) { parts[i] = sums(unit, chunk); });
    for (int64_t u = 0; u < units; ++u) whole(u, [&](int64_t i) { return parts[u * per_unit + i]; });
    each([&](int64_t, int64_t unit, const Chunk& chunk) { write(unit, chunk); });
  }

  const ChannelNorm& of;
  int64_t length, per_channel, per_unit;
};

template <class T>
T parameter(const void* of, int64_t c, T otherwise) {
  return of ? static_cast<const T*>(of)[c] : otherwise;
}

template <class T>
Moments moments(const T* x, int64_t n) {
  Moments total;
  for (int64_t i = 0; i < n; i += kRun) {
    const Array<T> run(x + i, std::min(kRun, n - i));
    const T mean = run.mean();
    // The mean in T is off by a rounding, which the sum of distances shows: squares about it are as much too large.
    const double off = (run - mean).sum(), count = static_cast<double>(run.size());
    total = join(total, {count, mean + off / count, (run - mean).square().sum() - off * off / count});
  }
  return total;
}

template <class T>
Slopes slopes(const T* dy, const T* x, int64_t n, T mean) {
  Slopes total;
  for (int64_t i = 0; i < n; i += kRun) {
    const int64_t m = std::min(kRun, n - i);
    const Array<T> g(dy + i, m);
    total.dy += g.sum();
    total.along += (g * (Array<T>(x + i, m) - mean)).sum();
  }
  return total;
}

template <class T>
void affine(const T* x, T* y, int64_t n, T mean, T scale, T shift) {
  MutableArray<T>(y, n) = (Array<T>(x, n) - mean) * scale + shift;
}

// dw and db from the slopes of all chunks.
template <class T>
void parameter_gradients(const Chunks& chunks, const Slopes* of, const T* rstd, T* dw, T* db) {
  const ChannelNorm& norm = chunks.of;
  for (int64_t c = 0; c < norm.C; ++c) {
    double w = 0, b = 0;
    for (int64_t n = 0; n < norm.N; ++n) {
      const int64_t unit = norm.groups > 0 ? n * norm.groups + c / (norm.C / norm.groups) : c;
      for (int64_t part = 0; part < chunks.per_channel; ++part) {
        const Slopes& s = of[(n * norm.C + c) * chunks.per_channel + part];
        w += s.along * rstd[unit];
        b += s.dy;
      }
    }
    dw[c] = static_cast<T>(w);
    db[c] = static_cast<T>(b);
  }
}

// Columns: x as N lines of C S elements, some of whose channels are taken at a time.
bool in_columns(const ChannelNorm& of) { return of.groups == 0 && of.S < kShort; }

// body(first channel, channels, first column, columns) for each band of whole channels.
template <class Body>
void for_bands(const ChannelNorm& of, const Body& body) {
  const int64_t channels = kColumns / of.S;
  parallel_for(pieces_of(of.C, channels), std::max<int64_t>(1, kChunk / 4 / (kColumns * std::max<int64_t>(of.N, 1))),
               [&](int64_t begin, int64_t end) {
                 for (int64_t c = begin * channels; c < std::min(of.C, end * channels); c += channels) {
                   const int64_t count = std::min(channels, of.C - c);
                   body(c, count, c * of.S, count * of.S);
                 }
               });
}

// totals[channel] = sum of f(element's place, column) over the lines and the S columns of each.
template <class T, class F>
void sum_columns(const ChannelNorm& of, int64_t first, int64_t columns, double* totals, const F& f) {
  double column_totals[kColumns] = {};
  const int64_t width = of.C * of.S;
  for (int64_t n = 0; n < of.N; n += kLines) {
    T sums[kColumns] = {};
    for (int64_t line = n; line < std::min(of.N, n + kLines); ++line) {
      for (int64_t j = 0; j < columns; ++j) sums[j] += f(line * width + first + j, j);
    }
    for (int64_t j = 0; j < columns; ++j) column_totals[j] += sums[j];
  }
  for (int64_t c = 0; c < columns / of.S; ++c) {
    totals[c] = 0;
    for (int64_t s = 0; s < of.S; ++s) totals[c] += column_totals[c * of.S + s];
  }
}

template <class T>
void forward_columns(const ChannelNorm& of, const T* x, T* y, T* mean, T* var, T* rstd, double eps) {
  const auto size = static_cast<double>(of.unit_size());
  for_bands(of, [&](int64_t channel, int64_t channels, int64_t first, int64_t columns) {
    double totals[kColumns];
    T means[kColumns], scales[kColumns], shifts[kColumns];
    sum_columns<T>(of, first, columns, totals, [&](int64_t at, int64_t) { return x[at]; });
    for (int64_t j = 0; j < columns; ++j) means[j] = static_cast<T>(totals[j / of.S] / size);
    sum_columns<T>(of, first, columns, totals,
                   [&](int64_t at, int64_t j) { return (x[at] - means[j]) * (x[at] - means[j]); });
    for (int64_t i = 0; i < channels; ++i) {
      const int64_t c = channel + i;
      mean[c] = means[i * of.S];
      var[c] = static_cast<T>(totals[i] / size);
      rstd[c] = static_cast<T>(1 / std::sqrt(totals[i] / size + eps));
      std::fill_n(scales + i * of.S, of.S, rstd[c] * parameter<T>(of.weight, c, 1));
      std::fill_n(shifts + i * of.S, of.S, parameter<T>(of.bias, c, 0));
    }
    for (int64_t n = 0; n < of.N; ++n) {
      const int64_t at = n * of.C * of.S + first;
#pragma GCC ivdep
      for (int64_t j = 0; j < columns; ++j) y[at + j] = (x[at + j] - means[j]) * scales[j] + shifts[j];
    }
  });
}

template <class T>
void backward_columns(const ChannelNorm& of, const T* dy, const T* x, const T* mean, const T* rstd, T* dx, T* dw,
                      T* db) {
  const auto size = static_cast<double>(of.unit_size());
  for_bands(of, [&](int64_t channel, int64_t channels, int64_t first, int64_t columns) {
    double sums[kColumns], along[kColumns];
    T means[kColumns], scales[kColumns], shifts[kColumns], slopes[kColumns];
    for (int64_t j = 0; j < columns; ++j) means[j] = mean[channel + j / of.S];
    sum_columns<T>(of, first, columns, sums, [&](int64_t at, int64_t) { return dy[at]; });
    sum_columns<T>(of, first, columns, along, [&](int64_t at, int64_t j) { return dy[at] * (x[at] - means[j]); });
    for (int64_t i = 0; i < channels; ++i) {
      const int64_t c = channel + i;
      const T scale = rstd[c] * parameter<T>(of.weight, c, 1);
      if (dw) {
        dw[c] = static_cast<T>(along[i] * rstd[c]);
        db[c] = static_cast<T>(sums[i]);
      }
      std::fill_n(scales + i * of.S, of.S, scale);
      std::fill_n(shifts + i * of.S, of.S, static_cast<T>(sums[i] / size));
      std::fill_n(slopes + i * of.S, of.S, static_cast<T>(along[i] / size * rstd[c] * rstd[c]));
    }
    for (int64_t n = 0; n < of.N; ++n) {
      const int64_t at = n * of.C * of.S + first;
#pragma GCC ivdep
      for (int64_t j = 0; j < columns; ++j)
        dx[at + j] = (dy[at + j] - shifts[j] - (x[at + j] - means[j]) * slopes[j]) * scales[j];
    }
  });
}

template <class T>
void forward_chunks(const ChannelNorm& of, const T* x, T* y, T* mean, T* var, T* rstd, double eps) {
  const Chunks chunks(of);
  chunks.run<Moments>([&](int64_t, const Chunk& k) { return moments(x + k.at, k.n); },
                      [&](int64_t unit, const auto& part) {
                        Moments all;
                        for (int64_t i = 0; i < chunks.per_unit; ++i) all = join(all, part(i));
                        const double v = all.squares / std::max(all.n, 1.0);
                        mean[unit] = static_cast<T>(all.mean);
                        var[unit] = static_cast<T>(v);
                        rstd[unit] = static_cast<T>(1 / std::sqrt(v + eps));
                      },
                      [&](int64_t unit, const Chunk& k) {
                        affine(x + k.at, y + k.at, k.n, mean[unit], rstd[unit] * parameter<T>(of.weight, k.channel, 1),
                               parameter<T>(of.bias, k.channel, 0));
                      });
}

template <class T>
void backward_chunks(const ChannelNorm& of, const T* dy, const T* x, const T* mean, const T* rstd, T* dx, T* dw,
                     T* db) {
  const Chunks chunks(of);
  const int64_t units = of.units();
  const auto parts = std::make_unique_for_overwrite<Slopes[]>(of.N * of.C * chunks.per_channel);
  const auto averages = std::make_unique_for_overwrite<T[]>(2 * units);  // of g, and of g n times rstd
  chunks.run<Slopes>(
      [&](int64_t unit, const Chunk& k) { return parts[k.index] = slopes(dy + k.at, x + k.at, k.n, mean[unit]); },
      [&](int64_t unit, const auto& part) {
        Slopes all;
        for (int64_t i = 0; i < chunks.per_unit; ++i) {
          const Slopes s = part(i);
          const double w = parameter<T>(of.weight, chunks(unit, i).channel, 1);
          all.dy += w * s.dy;
          all.along += w * s.along;
        }
        const auto size = static_cast<double>(of.unit_size());
        averages[2 * unit] = static_cast<T>(all.dy / size);
        averages[2 * unit + 1] = static_cast<T>(all.along / size * rstd[unit] * rstd[unit]);
      },
      [&](int64_t unit, const Chunk& k) {
        const T w = parameter<T>(of.weight, k.channel, 1), r = rstd[unit], m = mean[unit];
        const T g = averages[2 * unit], gn = averages[2 * unit + 1];
        MutableArray<T>(dx + k.at, k.n) = (Array<T>(dy + k.at, k.n) * w - g - (Array<T>(x + k.at, k.n) - m) * gn) * r;
      });
  if (dw) parameter_gradients(chunks, parts.get(), rstd, dw, db);
}

// body(channel, first element, elements) over all of x.
template <class Body>
void for_channels(const ChannelNorm& of, const Body& body) {
  parallel_for(of.N * of.C, std::max<int64_t>(1, kChunk / std::max<int64_t>(of.S, 1)), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) body(i % of.C, i * of.S, of.S);
  });
}

}  // namespace

void channel_norm(DType dtype, const ChannelNorm& of, const void* x_, void* y_, void* mean_, void* var_, void* rstd_,
                  double eps) {
  if (of.unit_size() == 0) return;
  visit_floating(dtype, [&]<class T>() {
    const auto run = in_columns(of) ? forward_columns<T> : forward_chunks<T>;
    run(of, static_cast<const T*>(x_), static_cast<T*>(y_), static_cast<T*>(mean_), static_cast<T*>(var_),
        static_cast<T*>(rstd_), eps);
  });
}

void channel_norm_backward(DType dtype, const ChannelNorm& of, const void* dy_, const void* x_, const void* mean_,
                           const void* rstd_, void* dx_, void* dw_, void* db_) {
  if (of.unit_size() == 0) return;
  visit_floating(dtype, [&]<class T>() {
    const auto run = in_columns(of) ? backward_columns<T> : backward_chunks<T>;
    run(of, static_cast<const T*>(dy_), static_cast<const T*>(x_), static_cast<const T*>(mean_),
        static_cast<const T*>(rstd_), static_cast<T*>(dx_), static_cast<T*>(dw_), static_cast<T*>(db_));
  });
}

void channel_affine(DType dtype, const ChannelNorm& of, const void* x_, const void* mean_, const void* rstd_,
                    void* y_) {
  visit_floating(dtype, [&]<class T>() {
    auto *x = static_cast<const T*>(x_), *mean = static_cast<const T*>(mean_), *rstd = static_cast<const T*>(rstd_);
    auto* y = static_cast<T*>(y_);
    for_channels(of, [&](int64_t c, int64_t at, int64_t n) {
      affine(x + at, y + at, n, mean[c], rstd[c] * parameter<T>(of.weight, c, 1), parameter<T>(of.bias, c, 0));
    });
  });
}

void channel_affine_backward(DType dtype, const ChannelNorm& of, const void* dy_, const void* x_, const void* mean_,
                             const void* rstd_, void* dx_, void* dw_, void* db_) {
  visit_floating(dtype, [&]<class T>() {
    auto *dy = static_cast<const T*>(dy_), *x = static_cast<const T*>(x_);
    auto *mean = static_cast<const T*>(mean_), *rstd = static_cast<const T*>(rstd_);
    auto* dx = static_cast<T*>(dx_);
    const auto sums = dw_ ? std::make_unique_for_overwrite<Slopes[]>(of.N * of.C) : nullptr;
    for_channels(of, [&](int64_t c, int64_t at, int64_t n) {
      if (sums) sums[at / std::max<int64_t>(of.S, 1)] = slopes(dy + at, x + at, n, mean[c]);
      MutableArray<T>(dx + at, n) = Array<T>(dy + at, n) * (rstd[c] * parameter<T>(of.weight, c, 1));
    });
    if (!sums) return;
    Chunks whole(of);
    whole.per_channel = 1;
    parameter_gradients(whole, sums.get(), rstd, static_cast<T*>(dw_), static_cast<T*>(db_));
  });
}

}  // namespace dlcore::kernels
