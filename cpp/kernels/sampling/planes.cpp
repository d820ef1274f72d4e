// y[c, p] = sum over taps of weight[tap, p] x[c, at[tap, p]]. For kChunk points, `at` and the weights are found once;
// then each channel's plane is gathered from, a vector of points at a time. The gradient with respect to the grid is,
// along each axis, the sum over taps of (derivative of the weight) q[tap], q[tap, p] = sum over c of dy[c, p] x[c,
// at[tap, p]], so it costs a channel no more than reading it. Forward and for the grid, work is cut by images and
// points; dx is cut by planes, each of which takes its points in order.
#include <limits>

#include "core/parallel.h"
#include "kernels/sampling/locate.h"
#include "kernels/sampling/paths.h"
#include "kernels/simd.h"

namespace dlcore::kernels::sampling {
namespace {

constexpr int power(int base, int exponent) { return exponent == 0 ? 1 : base * power(base, exponent - 1); }

// 32-bit offsets hold what lies in a plane of fewer elements, and sums of three `outside`s.
constexpr int64_t kSmallPlane = int64_t{1} << 29;

// Where the taps of an axis lie in a plane, in elements; negative enough that no sum with one is in the plane.
template <class I>
struct Steps {
  Steps(const GridSample& of, int axis, int64_t stride_)
      : n(static_cast<I>(of.sizes[axis])),
        stride(static_cast<I>(stride_)),
        repeats(of.taps == 4 && of.padding != Padding::Zeros) {
    if (!repeats) return;
    for (const int32_t pixel : pixels_about(of, axis)) at.push_back(static_cast<I>(pixel) * stride);
  }
  template <class First>
  void find(const First* first, int k, I* __restrict out) const {
    if (repeats) {
      for (int i = 0; i < kChunk; ++i) out[i] = at[first[i] + k + kLead];
    } else {
      const I size = n, step = stride;  // not read again in the loop, and no branch: so that it becomes vectors
      for (int i = 0; i < kChunk; ++i) {
        const I pixel = static_cast<I>(first[i]) + k, inside = -static_cast<I>((pixel >= 0) & (pixel < size));
        out[i] = (pixel * step & inside) | (kOutside & ~inside);
      }
    }
  }
  static constexpr I kOutside = -(I{1} << (sizeof(I) == 4 ? 29 : 60));
  I n, stride;
  bool repeats;  // for cubic taps, what lies outside is one of the pixels:
  std::vector<I> at;
};

template <class T, class I, int D>
struct Geometry {
  explicit Geometry(const GridSample& of)
      : axes{Axis<T>(of, 0), Axis<T>(of, 1), Axis<T>(of, 2)},
        steps{Steps<I>(of, 0, 1), Steps<I>(of, 1, of.sizes[0]),
              Steps<I>(of, D == 3 ? 2 : 0, of.sizes[0] * of.sizes[1])} {}
  Axis<T> axes[3];
  Steps<I> steps[3];
};

template <class T, class I, int K, int D>
struct Taps {
  static constexpr int kCount = power(K, D);
  I at[kCount][kChunk];
  T weight[K == 1 ? 1 : kCount][kChunk];
  T slope[K == 1 ? 1 : D][K == 1 ? 1 : kCount][kChunk];  // for the gradient of the grid alone

  void find(const Geometry<T, I, D>& geometry, const T* grid, int64_t count, bool with_slopes) {
    T g[D][kChunk], w[D][K][kChunk], dw[D][K][kChunk];
    I own[D][K][kChunk];
    load_points<T, D>(grid, count, g);
    for (int d = 0; d < D; ++d) {
      Index<T> first[kChunk];
      locate<T, K>(geometry.axes[d], g[d], first, w[d], with_slopes ? dw[d] : nullptr);
      for (int k = 0; k < K; ++k) geometry.steps[d].find(first, k, own[d][k]);
    }
    for (int tap = 0; tap < kCount; ++tap) {
      const int kx = tap % K, ky = tap / K % K, kz = tap / K / K;
      for (int i = 0; i < kChunk; ++i) {
        at[tap][i] = own[0][kx][i] + own[1][ky][i];
        if constexpr (D == 3) at[tap][i] += own[2][kz][i];
      }
      if constexpr (K > 1) {
        product(w[0][kx], w[1][ky], D == 3 ? w[D - 1][kz] : nullptr, weight[tap]);
        if (!with_slopes) continue;
        product(dw[0][kx], w[1][ky], D == 3 ? w[D - 1][kz] : nullptr, slope[0][tap]);
        product(w[0][kx], dw[1][ky], D == 3 ? w[D - 1][kz] : nullptr, slope[1][tap]);
        if constexpr (D == 3) product(w[0][kx], w[1][ky], dw[2][kz], slope[2][tap]);
      }
    }
  }

 private:
  static void product(const T* a, const T* b, const T* c, T* __restrict out) {
    for (int i = 0; i < kChunk; ++i) out[i] = a[i] * b[i];
    if (!c) return;
    for (int i = 0; i < kChunk; ++i) out[i] *= c[i];
  }
};

template <class T, class I>
[[gnu::always_inline]] inline simd::Vector<T> read(const T* plane, const I* at) {
  if constexpr (sizeof(I) == sizeof(T)) {
    simd::Integers<T> offsets;
    std::memcpy(&offsets, at, sizeof offsets);
    return simd::gather_or_zero<T>(plane, offsets);
  } else {
    simd::Vector<T> v;
    for (int i = 0; i < simd::kWidth<T>; ++i) v[i] = at[i] < 0 ? T(0) : plane[at[i]];
    return v;
  }
}

template <class T, class I, int K, int D>
struct Planes {
  using V = simd::Vector<T>;
  static constexpr int kWidth = simd::kWidth<T>, kTaps = power(K, D);
  const GridSample& of;
  Geometry<T, I, D> geometry{of};

  // body(image, first point, number of points) for all chunks.
  template <class Body>
  void over_chunks(int64_t work, Body body) const {
    const int64_t chunks = pieces_of(of.P, kChunk), grain = std::max<int64_t>(kElementGrain / (kChunk * work), 1);
    parallel_for(of.N * chunks, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t n = i / chunks, p = i % chunks * kChunk;
        body(n, p, std::min<int64_t>(kChunk, of.P - p));
      }
    });
  }

  void forward(const T* x, const T* grid, T* y) const {
    over_chunks(1 + of.C * kTaps, [&](int64_t n, int64_t p, int64_t count) {
      const T *points = grid + (n * of.P + p) * D, *plane = x + n * of.C * of.plane();
      T* out = y + n * of.C * of.P + p;
      if constexpr (K == 1) {
        I at[kChunk];
        find_nearest(points, count, at);
        return copy_points(at, count, plane, out);
      }
      Taps<T, I, K, D> taps;
      taps.find(geometry, points, count, false);
      for (int64_t c = 0; c < of.C; ++c, plane += of.plane(), out += of.P) {
        if (count == kChunk) {
#pragma GCC unroll 8
          for (int i = 0; i < kChunk; i += kWidth) simd::store(out + i, value(taps, plane, i));
        } else {
          for (int64_t i = 0; i < count; i += kWidth)
            simd::store_part(out + i, value(taps, plane, i), std::min<int64_t>(kWidth, count - i));
        }
      }
    });
  }

  void find_nearest(const T* grid, int64_t count, I* at) const {
    if constexpr (D == 2 && sizeof(I) == sizeof(T)) {
      if (of.padding == Padding::Zeros) return find_nearest_padded<Padding::Zeros>(grid, count, at);
      if (of.padding == Padding::Border) return find_nearest_padded<Padding::Border>(grid, count, at);
      return find_nearest_padded<Padding::Reflection>(grid, count, at);
    } else {
      Taps<T, I, K, D> taps;
      taps.find(geometry, grid, count, false);
      std::copy_n(taps.at[0], kChunk, at);
    }
  }

  // A vector of points from the grid to their places without leaving the registers; negative where that is outside.
  template <Padding kPadding>
  void find_nearest_padded(const T* grid, int64_t count, I* at) const {
    constexpr I kNegative = std::numeric_limits<I>::min();
    V unused;
    const auto pixel = [&](const Axis<T>& axis, V v) __attribute__((always_inline)) {
      return pixel_before<T, 1>(position<T, 1, kPadding>(axis, v).x, unused);
    };
    for (int64_t i = 0; i < count; i += kWidth, grid += 2 * kWidth) {
      const int64_t left = 2 * (count - i);  // coordinates
      const V a = left >= 2 * kWidth ? simd::load(grid) : simd::load_part(grid, std::min<int64_t>(left, kWidth));
      const V b = left >= 2 * kWidth ? simd::load(grid + kWidth)
                                     : simd::load_part(grid + kWidth, std::max<int64_t>(left - kWidth, 0));
      const auto column = pixel(geometry.axes[0], simd::evens<T>(a, b));
      const auto row = pixel(geometry.axes[1], simd::odds<T>(a, b));
      const auto outside = column | row | (geometry.steps[0].n - 1 - column) | (geometry.steps[1].n - 1 - row);
      const simd::Integers<T> places = (row * geometry.steps[1].stride + column) | (outside & kNegative);
      std::memcpy(at + i, &places, sizeof places);
    }
  }

  void copy_points(const I* at, int64_t count, const T* plane, T* out) const {
    for (int64_t c = 0; c < of.C; ++c, plane += of.plane(), out += of.P) {
      if (count == kChunk) {
#pragma GCC unroll 8
        for (int i = 0; i < kChunk; i += kWidth) simd::store(out + i, read<T, I>(plane, at + i));
      } else {
        for (int64_t i = 0; i < count; i += kWidth)
          simd::store_part(out + i, read<T, I>(plane, at + i), std::min<int64_t>(kWidth, count - i));
      }
    }
  }

  [[gnu::always_inline]] static V value(const Taps<T, I, K, D>& taps, const T* plane, int64_t i) {
    V sum{};
    for (int tap = 0; tap < kTaps; ++tap) sum += read<T, I>(plane, taps.at[tap] + i) * simd::load(taps.weight[tap] + i);
    return sum;
  }

  void slopes(const T* dy, const T* x, const T* grid, T* dgrid) const {
    over_chunks(1 + of.C * kTaps, [&](int64_t n, int64_t p, int64_t count) {
      Taps<T, I, K, D> taps;
      taps.find(geometry, grid + (n * of.P + p) * D, count, true);
      for (int64_t i = 0; i < count; i += kWidth) {
        V q[kTaps] = {};
        const int64_t valid = std::min<int64_t>(kWidth, count - i);
        for (int64_t c = n * of.C; c < (n + 1) * of.C; ++c) {
          const V slope = simd::load_part(dy + c * of.P + p + i, valid);
          for (int tap = 0; tap < kTaps; ++tap) q[tap] += slope * read<T, I>(x + c * of.plane(), taps.at[tap] + i);
        }
        for (int d = 0; d < D; ++d) {
          V sum{};
          for (int tap = 0; tap < kTaps; ++tap) sum += q[tap] * simd::load(taps.slope[d][tap] + i);
          for (int64_t j = 0; j < valid; ++j) dgrid[(n * of.P + p + i + j) * D + d] = sum[j];
        }
      }
    });
  }

  void spread(const T* dy, const T* grid, T* dx) const {
    constexpr int64_t kTogether = 4;  // planes that share the search for their points
    const int64_t groups = pieces_of(of.C, kTogether);
    const int64_t work = kTogether * (of.plane() + of.P * kTaps);
    parallel_for(of.N * groups, std::max<int64_t>(kElementGrain / std::max<int64_t>(work, 1), 1),
                 [&](int64_t begin, int64_t end) {
                   Taps<T, I, K, D> taps;
                   const auto find = [&](const T* points, int64_t count) {
                     if constexpr (K == 1) {
                       find_nearest(points, count, taps.at[0]);
                     } else {
                       taps.find(geometry, points, count, false);
                     }
                   };
                   for (int64_t i = begin; i < end; ++i) {
                     const int64_t n = i / groups, from = n * of.C + i % groups * kTogether;
                     const int64_t to = std::min(from + kTogether, (n + 1) * of.C);
                     std::fill(dx + from * of.plane(), dx + to * of.plane(), T(0));
                     for (int64_t p = 0; p < of.P; p += kChunk) {
                       const int64_t count = std::min<int64_t>(kChunk, of.P - p);
                       find(grid + (n * of.P + p) * D, count);
                       if (to - from == kTogether) {
                         add_points<kTogether>(taps, dy + from * of.P + p, count, dx + from * of.plane());
                       } else if (to - from == 3) {
                         add_points<3>(taps, dy + from * of.P + p, count, dx + from * of.plane());
                       } else {
                         for (int64_t c = from; c < to; ++c)
                           add_points<1>(taps, dy + c * of.P + p, count, dx + c * of.plane());
                       }
                     }
                   }
                 });
  }

  // Several planes at once: neighbouring points often meet in a pixel, and then one waits for the other.
  template <int kPlanes>
  void add_points(const Taps<T, I, K, D>& taps, const T* dy, int64_t count, T* dx) const {
    T* planes[kPlanes];
    const T* dys[kPlanes];
    for (int c = 0; c < kPlanes; ++c) {
      planes[c] = dx + c * of.plane();
      dys[c] = dy + c * of.P;
    }
    for (int64_t i = 0; i < count; ++i) {
#pragma GCC unroll 4
      for (int tap = 0; tap < kTaps; ++tap) {
        const I at = taps.at[tap][i];
        if (at < 0) continue;
#pragma GCC unroll 4
        for (int c = 0; c < kPlanes; ++c) {
          if constexpr (K == 1) {
            planes[c][at] += dys[c][i];
          } else {
            planes[c][at] += dys[c][i] * taps.weight[tap][i];
          }
        }
      }
    }
  }
};

// f(Planes<...>) for the dtype, the size of offsets, the taps.
template <class F>
void with_planes(DType dtype, const GridSample& of, F f) {
  visit_floating(dtype, [&]<class T>() {
    with_taps(of, [&]<int K, int D>() {
      if (of.plane() < kSmallPlane) return f.template operator()<T>(Planes<T, Index<T>, K, D>{of});
      f.template operator()<T>(Planes<T, int64_t, K, D>{of});
    });
  });
}

}  // namespace

void planes::forward(DType dtype, const GridSample& of, const void* x, const void* grid, void* y) {
  with_planes(dtype, of, [&]<class T>(const auto& planes) {
    planes.forward(static_cast<const T*>(x), static_cast<const T*>(grid), static_cast<T*>(y));
  });
}

void planes::spread(DType dtype, const GridSample& of, const void* dy, const void* grid, void* dx) {
  with_planes(dtype, of, [&]<class T>(const auto& planes) {
    planes.spread(static_cast<const T*>(dy), static_cast<const T*>(grid), static_cast<T*>(dx));
  });
}

void planes::slopes(DType dtype, const GridSample& of, const void* dy, const void* x, const void* grid, void* dgrid) {
  with_planes(dtype, of, [&]<class T>(const auto& planes) {
    planes.slopes(static_cast<const T*>(dy), static_cast<const T*>(x), static_cast<const T*>(grid),
                  static_cast<T*>(dgrid));
  });
}

}  // namespace dlcore::kernels::sampling
