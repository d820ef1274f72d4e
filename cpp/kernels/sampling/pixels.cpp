// Channels side by side. The planes of up to B channels are copied into pixels of B channels, in a frame of pixels that
// taps outside the image read: zeros, or for cubic taps what the padding repeats. So every point reads K neighbouring
// pixels from each of K rows (K^2 in a volume), as whole vectors, with no mask and no index but its first:
//   y = sum over k of wx[k] (sum over rows of wrow x[row, k]).
// For the gradient with respect to the grid the same rows are also added with the derivatives of their weights, the
// vector of channels is multiplied by dy's, and kWidth points' vectors are summed at a time. dx is gathered in such a
// frame of zeros, point by point, and then unpacked; each block of channels has its own, so no sum depends on threads.
//
// B is 4 (images of three colours) or a vector. A frame of 64 x 64 pixels of 16 channels is 270 KB: it stays in the
// second cache while the points of its image are done, which is why work is cut by image and block of channels.
#include "core/parallel.h"
#include "core/scratch.h"
#include "kernels/sampling/interleave.h"
#include "kernels/sampling/locate.h"
#include "kernels/sampling/paths.h"
#include "kernels/sampling/short_vectors.h"

namespace dlcore::kernels::sampling {
namespace {

constexpr int64_t kManyBlocks = 8;  // with fewer, the rows and points of each are shared out instead

template <class T, int B, int K, int D>
struct Pixels {
  static constexpr int kWidth = simd::kWidth<T>;
  static constexpr int kFrame = K == 4 ? 4 : 2;  // pixels about the image that taps may name
  static constexpr int kRows = D == 3 ? K * K : K;
  static constexpr int kLanes = std::min(K * B, std::max(kWidth, B)), kVectors = K * B / kLanes;  // of K pixels
  using V = Vec<T, kLanes>;
  using Pixel = Vec<T, B>;

  const GridSample& of;
  const Axis<T> axes[3] = {Axis<T>(of, 0), Axis<T>(of, 1), Axis<T>(of, 2)};
  const std::vector<int32_t> columns = pixels_about(of, 0), rows = pixels_about(of, 1);
  const int64_t W = of.sizes[0], H = of.sizes[1], depth = of.sizes[2];
  const int64_t framed_W = W + 2 * kFrame, framed_H = H + 2 * kFrame, framed_D = D == 3 ? depth + 2 * kFrame : 1;

  int64_t frame_size() const { return framed_W * framed_H * framed_D * B; }
  bool repeats() const { return K == 4 && of.padding != Padding::Zeros; }  // what lies about the image is not zero
  T* row(T* frame, int64_t z, int64_t y) const {
    return frame + ((z + (D == 3 ? kFrame : 0)) * framed_H + y + kFrame) * framed_W * B;
  }
  static const int32_t* at(const std::vector<int32_t>& pixels) { return pixels.data() + kLead; }

  void pack(const T* x, int channels, T* frame) const {
    parallel_for(framed_D * framed_H, std::max<int64_t>(kElementGrain / (framed_W * B), 1),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const int64_t z = i / framed_H - (D == 3 ? kFrame : 0), y = i % framed_H - kFrame;
                     T* out = frame + i * framed_W * B;
                     const int64_t from = y >= 0 && y < H ? y : repeats() ? at(rows)[y] : -1;
                     if (from < 0 || z < 0 || z >= depth) {
                       std::fill_n(out, framed_W * B, T(0));
                       continue;
                     }
                     interleave<T, B>(x + (z * H + from) * W, of.plane(), channels, W, out + kFrame * B);
                     for (int64_t side = 0; side < 2 * kFrame; ++side) {
                       const int64_t column = side < kFrame ? side - kFrame : W + side - kFrame;
                       T* pixel = out + (column + kFrame) * B;
                       if (repeats()) {
                         std::copy_n(out + (at(columns)[column] + kFrame) * B, B, pixel);
                       } else {
                         std::fill_n(pixel, B, T(0));
                       }
                     }
                   }
                 });
  }

  // The transpose of pack; changes the frame.
  void unpack(T* frame, int channels, T* dx) const {
    if (repeats()) {
      for (int64_t y = -kFrame; y < H + kFrame; ++y) {
        T* to = row(frame, 0, y);
        for (int64_t side = 0; side < 2 * kFrame; ++side) {
          const int64_t column = side < kFrame ? side - kFrame : W + side - kFrame;
          T* pixel = to + (at(columns)[column] + kFrame) * B;
          for (int c = 0; c < B; ++c) pixel[c] += to[(column + kFrame) * B + c];
        }
      }
      for (int64_t side = 0; side < 2 * kFrame; ++side) {
        const int64_t y = side < kFrame ? side - kFrame : H + side - kFrame;
        T* to = row(frame, 0, at(rows)[y]);
        const T* from = row(frame, 0, y);
        for (int64_t i = kFrame * B; i < (W + kFrame) * B; ++i) to[i] += from[i];
      }
    }
    for (int64_t z = 0; z < depth; ++z) {
      for (int64_t y = 0; y < H; ++y)
        deinterleave<T, B>(row(frame, z, y) + kFrame * B, of.plane(), channels, W, dx + (z * H + y) * W);
    }
  }

  struct Points {              // a chunk of them
    int32_t base[kChunk];      // where in the frame the first tap's pixel lies
    T x[K * kChunk + kLanes];  // weights of the columns, point by point; of the rows, row by row
    T row[kRows][kChunk];
    T dx[K * kChunk + kLanes];  // for the gradient of the grid alone: derivatives
    T drow[D - 1][kRows][kChunk];
    T behind[kWidth];  // is read with the last row's last vector, and not used
  };

  void find(const T* grid, int64_t count, bool with_slopes, Points& points) const {
    T g[D][kChunk], w[D][K][kChunk], dw[D][K][kChunk];
    Index<T> first[D][kChunk];
    load_points<T, D>(grid, count, g);
    for (int d = 0; d < D; ++d) locate<T, K>(axes[d], g[d], first[d], w[d], with_slopes ? dw[d] : nullptr);
    const auto width = static_cast<int32_t>(framed_W);
    [[maybe_unused]] const auto height = static_cast<int32_t>(framed_H);
    for (int i = 0; i < kChunk; ++i) {
      int32_t line = static_cast<int32_t>(first[1][i]) + kFrame;
      if constexpr (D == 3) line += (static_cast<int32_t>(first[2][i]) + kFrame) * height;
      points.base[i] = (line * width + static_cast<int32_t>(first[0][i]) + kFrame) * B;
    }
    interleave<T, K>(w[0][0], kChunk, K, kChunk, points.x);
    if (with_slopes) interleave<T, K>(dw[0][0], kChunk, K, kChunk, points.dx);
    for (int r = 0; r < kRows; ++r) {
      const int ky = r % K, kz = r / K;
      if constexpr (D == 2) {
        std::copy_n(w[1][ky], kChunk, points.row[r]);
        if (with_slopes) std::copy_n(dw[1][ky], kChunk, points.drow[0][r]);
      } else {
        for (int i = 0; i < kChunk; ++i) points.row[r][i] = w[1][ky][i] * w[2][kz][i];
        if (!with_slopes) continue;
        for (int i = 0; i < kChunk; ++i) points.drow[0][r][i] = dw[1][ky][i] * w[2][kz][i];
        for (int i = 0; i < kChunk; ++i) points.drow[1][r][i] = w[1][ky][i] * dw[2][kz][i];
      }
    }
  }

  int64_t row_offset(int r) const { return (r / K * framed_H + r % K) * framed_W * B; }

  // sum over the vectors of K pixels of v[j] * (their pixels' weights), still kLanes wide.
  [[gnu::always_inline]] static V weighted(const V (&v)[kVectors], const T* weights) {
    V sum{};
    if constexpr (kLanes == B) {
      for (int j = 0; j < kVectors; ++j) sum += v[j] * weights[j];
    } else {
      const auto w = load_as<V>(weights);  // K of them, and what follows
      [&]<int... j>(std::integer_sequence<int, j...>) __attribute__((always_inline)) {
        ((sum += v[j] * repeated<V, j * kLanes, B, K>(w)), ...);
      }
      (std::make_integer_sequence<int, kVectors>{});
    }
    return sum;
  }

  // Where a vector holds the K pixels of two points, four points are worked on at a time, two by two.
  static constexpr bool kByFours = kVectors == 1 && kWidth == 2 * kLanes;
  using Pair = simd::Vector<T>;

  // The rows of points i + kFrom and the next: add(vector, weights), with `weights(of)` those of a row of four points.
  template <int kFrom, class Add>
  [[gnu::always_inline]] void over_rows(const Points& points, int64_t i, const T* frame, const int64_t* offsets,
                                        const Add& add) const {
    const T *p = frame + points.base[i + kFrom], *q = frame + points.base[i + kFrom + 1];
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) {
      add(
          simd::load_halves(p + offsets[r], q + offsets[r]), [=](const T(*row)[kChunk]) __attribute__((always_inline)) {
            return repeated<Pair, kFrom * kLanes, kLanes, kWidth>(simd::load(row[r] + i));
          });
    }
  }
  // Sums over the pixels of four points, by the weights of their columns: B lanes for each point.
  [[gnu::always_inline]] static Pair across(Pair a, Pair b, const T* weights) {
    const Pair w = simd::load(weights);
    a *= repeated<Pair, 0, B, kWidth>(w);
    b *= repeated<Pair, kWidth, B, kWidth>(w);
    static_assert(K == 2 || !kByFours);
    return [&]<int... l>(std::integer_sequence<int, l...>) __attribute__((always_inline)) {
      return Pair(__builtin_shufflevector(a, b, (l / B * 2 * B + l % B)...)) +
             Pair(__builtin_shufflevector(a, b, (l / B * 2 * B + B + l % B)...));
    }
    (std::make_integer_sequence<int, kWidth>{});
  }

  void read(const Points& points, int64_t count, const T* frame, T* out) const {
    int64_t offsets[kRows];
    for (int r = 0; r < kRows; ++r) offsets[r] = row_offset(r);
    if constexpr (kByFours) {
      for (int64_t i = 0; i < count; i += 4) {
        Pair a{}, b{};
        over_rows<0>(points, i, frame, offsets, [&](Pair v, auto weights) { a += v * weights(points.row); });
        over_rows<2>(points, i, frame, offsets, [&](Pair v, auto weights) { b += v * weights(points.row); });
        simd::store(out + i * B, across(a, b, points.x + i * K));
      }
      return;
    }
    for (int64_t i = 0; i < count; ++i) {
      const T* p = frame + points.base[i];
      V sum[kVectors] = {};
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
        const T w = points.row[r][i];
#pragma GCC unroll 4
        for (int j = 0; j < kVectors; ++j) sum[j] += load_as<V>(p + offsets[r] + j * kLanes) * w;
      }
      store_as(out + i * B, folded<T, B, kLanes>(weighted(sum, points.x + i * K)));
    }
  }

  void add(const Points& points, int64_t count, const T* dy, T* frame) const {
    int64_t offsets[kRows];
    for (int r = 0; r < kRows; ++r) offsets[r] = row_offset(r);
    for (int64_t i = 0; i < count; ++i) {
      T* p = frame + points.base[i];
      const Pixel d = load_as<Pixel>(dy + i * B);
      Pixel part[K];
      for (int k = 0; k < K; ++k) part[k] = d * points.x[i * K + k];
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
        const T w = points.row[r][i];
#pragma GCC unroll 4
        for (int k = 0; k < K; ++k) {
          T* to = p + offsets[r] + k * B;
          store_as(to, load_as<Pixel>(to) + part[k] * w);
        }
      }
    }
  }

  // Their parts, lane by lane.
  void slopes_by_fours(const Points& points, int64_t count, const T* frame, const T* dy, const int64_t* offsets,
                       T (*lanes)[kChunk * B]) const {
    for (int64_t i = 0; i < count; i += 4) {
      Pair value[2] = {}, slope[D - 1][2] = {};
      const auto add = [&](int half) {
        return [&, half ](Pair v, auto weights) __attribute__((always_inline)) {
          value[half] += v * weights(points.row);
          for (int d = 0; d < D - 1; ++d) slope[d][half] += v * weights(points.drow[d]);
        };
      };
      over_rows<0>(points, i, frame, offsets, add(0));
      over_rows<2>(points, i, frame, offsets, add(1));
      const Pair d = simd::load(dy + i * B);
      simd::store(lanes[0] + i * B, across(value[0], value[1], points.dx + i * K) * d);
      for (int a = 1; a < D; ++a)
        simd::store(lanes[a] + i * B, across(slope[a - 1][0], slope[a - 1][1], points.x + i * K) * d);
    }
  }
  void slopes_one_by_one(const Points& points, int64_t count, const T* frame, const T* dy, const int64_t* offsets,
                         T (*lanes)[kChunk * B]) const {
    for (int64_t i = 0; i < count; ++i) {
      const T* p = frame + points.base[i];
      V value[kVectors] = {}, slope[D - 1][kVectors] = {};
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
        for (int j = 0; j < kVectors; ++j) {
          const V v = load_as<V>(p + offsets[r] + j * kLanes);
          value[j] += v * points.row[r][i];
          for (int d = 0; d < D - 1; ++d) slope[d][j] += v * points.drow[d][r][i];
        }
      }
      const Pixel pixel = load_as<Pixel>(dy + i * B);
      V d;
      if constexpr (kLanes == B) {
        d = pixel;
      } else {
        d = repeated<V, 0, 1, B>(pixel);
      }
      store_as(lanes[0] + i * B, folded<T, B, kLanes>(weighted(value, points.dx + i * K) * d));
      for (int a = 1; a < D; ++a)
        store_as(lanes[a] + i * B, folded<T, B, kLanes>(weighted(slope[a - 1], points.x + i * K) * d));
    }
  }

  // sums[d]: of this block's channels, for each point.
  void slopes(const Points& points, int64_t count, const T* frame, const T* dy, T (*sums)[kChunk]) const {
    alignas(64) T lanes[D][kChunk * B];
    int64_t offsets[kRows];
    for (int r = 0; r < kRows; ++r) offsets[r] = row_offset(r);
    if constexpr (kByFours) {
      slopes_by_fours(points, count, frame, dy, offsets, lanes);
    } else {
      slopes_one_by_one(points, count, frame, dy, offsets, lanes);
    }
    for (int a = 0; a < D; ++a) {
      for (int64_t i = 0; i < count; i += kWidth) simd::store(sums[a] + i, sums_of<T, B>(lanes[a] + i * B));
    }
  }

  // body(first point, their number) for all chunks of an image, which may be shared out.
  template <class Body>
  void over_chunks(Body body) const {
    const int64_t chunks = pieces_of(of.P, kChunk);
    parallel_for(chunks, std::max<int64_t>(kElementGrain / (kChunk * B * kRows), 1), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) body(i * kChunk, std::min<int64_t>(kChunk, of.P - i * kChunk));
    });
  }

  void forward(const T* x, const T* grid, T* y, int channels) const {
    const Scratch<T> frame(frame_size());
    pack(x, channels, frame.data());
    over_chunks([&](int64_t p, int64_t count) {
      Points points;
      alignas(64) T out[kChunk * B];
      find(grid + p * D, count, false, points);
      read(points, count, frame.data(), out);
      deinterleave<T, B>(out, of.P, channels, count, y + p);
    });
  }

  // dx or dgrid (P, D), which is then this block's part, may be null.
  void backward(const T* dy, const T* x, const T* grid, T* dx, T* dgrid, int channels) const {
    const Scratch<T> frame(dgrid ? frame_size() : 0), dframe(dx ? frame_size() : 0);
    if (dgrid) pack(x, channels, frame.data());
    if (dx) std::fill_n(dframe.data(), frame_size(), T(0));
    const auto chunk = [&](int64_t p, int64_t count) {
      Points points;
      alignas(64) T d[kChunk * B];
      find(grid + p * D, count, dgrid != nullptr, points);
      interleave<T, B>(dy + p, of.P, channels, count, d);
      if (dx) add(points, count, d, dframe.data());
      if (!dgrid) return;
      T sums[D][kChunk];
      slopes(points, count, frame.data(), d, sums);
      for (int a = 0; a < D; ++a) {
        for (int64_t i = 0; i < count; ++i) dgrid[(p + i) * D + a] = sums[a][i];
      }
    };
    if (dx) {
      for (int64_t p = 0; p < of.P; p += kChunk) chunk(p, std::min<int64_t>(kChunk, of.P - p));
      unpack(dframe.data(), channels, dx);
    } else {
      over_chunks(chunk);
    }
  }
};

template <class T>
constexpr int kWidest = sizeof(T) == 4 ? simd::kWidth<T> : std::min(simd::kWidth<T>, 4);

// Channels of a block: up to two narrow blocks waste less than a wide one.
template <class T>
int64_t width_of(const GridSample& of) {
  return of.C <= 8 ? std::min(kWidest<T>, 4) : kWidest<T>;
}

// f(Pixels<T, B, K, D>) for few channels and for many.
template <class T, int K, int D, class F>
void with_blocks(const GridSample& of, F f) {
  constexpr int kWide = kWidest<T>, kNarrow = std::min(kWide, 4);
  const Pixels<T, kNarrow, K, D> narrow{of};
  const Pixels<T, kWide, K, D> wide{of};
  const int64_t width = width_of<T>(of), blocks = pieces_of(of.C, width);
  const auto run = [&](int64_t i) {
    const int64_t n = i / blocks, c = i % blocks * width;
    const int channels = static_cast<int>(std::min<int64_t>(width, of.C - c));
    if (channels <= kNarrow) {
      f(narrow, n, c, i % blocks, channels);
    } else {
      f(wide, n, c, i % blocks, channels);
    }
  };
  if (of.N * blocks >= kManyBlocks) {
    parallel_for(of.N * blocks, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) run(i);
    });
  } else {
    for (int64_t i = 0; i < of.N * blocks; ++i) run(i);
  }
}

template <class F>
void with_linear_or_cubic(const GridSample& of, F f) {
  if (of.dims == 3) return f.template operator()<2, 3>();
  if (of.taps == 2) return f.template operator()<2, 2>();
  return f.template operator()<4, 2>();
}

}  // namespace

void pixels::forward(DType dtype, const GridSample& of, const void* x_, const void* grid_, void* y_) {
  visit_floating(dtype, [&]<class T>() {
    const T *x = static_cast<const T*>(x_), *grid = static_cast<const T*>(grid_);
    T* y = static_cast<T*>(y_);
    with_linear_or_cubic(of, [&]<int K, int D>() {
      with_blocks<T, K, D>(of, [&](const auto& block, int64_t n, int64_t c, int64_t, int channels) {
        block.forward(x + (n * of.C + c) * of.plane(), grid + n * of.P * D, y + (n * of.C + c) * of.P, channels);
      });
    });
  });
}

void pixels::backward(DType dtype, const GridSample& of, const void* dy_, const void* x_, const void* grid_, void* dx_,
                      void* dgrid_) {
  visit_floating(dtype, [&]<class T>() {
    const T *dy = static_cast<const T*>(dy_), *x = static_cast<const T*>(x_), *grid = static_cast<const T*>(grid_);
    T *dx = static_cast<T*>(dx_), *dgrid = static_cast<T*>(dgrid_);
    const int64_t blocks = pieces_of(of.C, width_of<T>(of)), size = of.N * of.P * of.dims;
    const Scratch<T> parts(dgrid && blocks > 1 ? blocks * size : 0);
    T* into = blocks > 1 ? parts.data() : dgrid;
    with_linear_or_cubic(of, [&]<int K, int D>() {
      with_blocks<T, K, D>(of, [&](const auto& block, int64_t n, int64_t c, int64_t b, int channels) {
        const int64_t plane = n * of.C + c;
        block.backward(dy + plane * of.P, dgrid ? x + plane * of.plane() : nullptr, grid + n * of.P * D,
                       dx ? dx + plane * of.plane() : nullptr, dgrid ? into + b * size + n * of.P * D : nullptr,
                       channels);
      });
    });
    if (!dgrid || blocks == 1) return;
    parallel_for(size, kElementGrain / 4, [&](int64_t begin, int64_t end) {
      std::copy(into + begin, into + end, dgrid + begin);
      for (int64_t b = 1; b < blocks; ++b) {
        for (int64_t i = begin; i < end; ++i) dgrid[i] += into[b * size + i];
      }
    });
  });
}

}  // namespace dlcore::kernels::sampling
