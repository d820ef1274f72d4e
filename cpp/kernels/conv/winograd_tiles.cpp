// Transforms take kW channels at once, one in each lane, so they are the same few instructions for every image size and
// need no care at edges. The price is turning images about: elements of kW channel planes are read kW at a time and
// transposed in registers, once per element. A row of tiles goes through a strip of the first cache:
// [row][column][channel], with zeros where the padding is.
//
// What is left to gain is in stores and loads: 36 stores of a tile to the second cache take 60 of the 100 ns of its
// transform. Fetching lines of the planes ahead changed nothing.
#include "kernels/conv/winograd_tiles.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace dlcore::kernels::conv::winograd {
namespace {

// Lanes i and i + kStep of two vectors change places across, for every second group of kStep lanes: done for all
// kStep = 1, 2, 4, ... < kW to the rows of a matrix, it is transposed.
template <int kStep>
[[gnu::always_inline]] inline void exchange(Lanes& a, Lanes& b) {
  [&]<int... k>(std::integer_sequence<int, k...>) __attribute__((always_inline)) {
    const Lanes low = __builtin_shufflevector(a, b, ((k & kStep) ? kW + k - kStep : k)...);
    b = __builtin_shufflevector(a, b, ((k & kStep) ? kW + k : k + kStep)...);
    a = low;
  }
  (std::make_integer_sequence<int, kW>{});
}

template <int kStep, int kRows>
[[gnu::always_inline]] inline void exchange_all(Lanes (&rows)[kRows]) {
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
    if (!(i & kStep)) exchange<kStep>(rows[i], rows[i + kStep]);
  }
  if constexpr (kStep > 1) exchange_all<kStep / 2>(rows);
}

constexpr int kHalf = kW / 2;

// kHalf elements of kW rows, as kHalf vectors of rows. The largest exchange is done by loading halves.
[[gnu::always_inline]] inline void load_half_transposed(const float* p, int64_t stride, Lanes (&out)[kHalf]) {
  typedef float Half __attribute__((vector_size(sizeof(Lanes) / 2)));
#pragma GCC unroll 8
  for (int i = 0; i < kHalf; ++i) {
    Half low, high;
    std::memcpy(&low, p + i * stride, sizeof low);
    std::memcpy(&high, p + (i + kHalf) * stride, sizeof high);
    [&]<int... k>(std::integer_sequence<int, k...>) __attribute__((always_inline)) {
      out[i] = __builtin_shufflevector(low, high, k...);
    }
    (std::make_integer_sequence<int, kW>{});
  }
  exchange_all<kHalf / 2>(out);
}

// The first `count` <= kMost elements of each channel from p on, then zeros, with rows of kMost.
template <int kMost>
[[gnu::noinline]] void copy_channels(const float* p, int64_t stride, int channels, int64_t count, float* rows) {
  std::fill_n(rows, kW * kMost, 0.0f);
  for (int i = 0; i < channels; ++i) std::copy_n(p + i * stride, count, rows + i * kMost);
}

// [row][column][channel] of `rows` x `cols` elements from (row, col) on.
void load_strip(const Planes<const float>& x, int64_t row, int64_t col, int64_t rows, int64_t cols, float* strip) {
  const int64_t top = std::clamp<int64_t>(-row, 0, rows), bottom = std::clamp<int64_t>(x.H - row, top, rows);
  const int64_t left = std::clamp<int64_t>(-col, 0, cols), right = std::clamp<int64_t>(x.W - col, left, cols);
  const int64_t width = right - left, gap = (cols - width) * kW;
  const auto clear = [&](int64_t r, int64_t from, int64_t to) {
    std::fill(strip + (r * cols + from) * kW, strip + (r * cols + to) * kW, 0.0f);
  };
  clear(0, 0, top * cols);
  clear(bottom, 0, (rows - bottom) * cols);
  for (int64_t r = top; r < bottom; ++r) {
    clear(r, 0, left);
    clear(r, right, cols);
  }
  if (width == 0) return;

  // Whole rows are contiguous in the plane; they are read as one.
  alignas(64) float few[kW * kW];
  const int64_t joined = width == x.W ? bottom - top : 1, length = joined * width;
  for (int64_t r = top; r < bottom; r += joined) {
    const float* from = x.data + (row + r) * x.W + col + left;
    float* to = strip + (r * cols + left) * kW;
    for (int64_t i = 0; i < length; i += kW) {
      if (i + kW > length && length >= kW) i = length - kW;  // the last kW again rather than a part of a vector
      const int64_t count = std::min<int64_t>(kW, length - i);
      const float* source = from + i;
      int64_t stride = x.H * x.W;
      if (x.channels < kW || count < kW) {
        copy_channels<kW>(source, stride, x.channels, count, few);
        source = few, stride = kW;
      }
      int64_t c = i % width;
      float* out = to + (i / width * cols + c) * kW;
      for (int64_t j = 0; j < count; j += kHalf) {
        Lanes pixels[kHalf];
        load_half_transposed(source + j, stride, pixels);
#pragma GCC unroll 8
        for (int k = 0; k < kHalf; ++k) {
          if (j + k < count) store(out, pixels[k]);
          const bool ends = ++c == width;
          out += kW + (ends ? gap : 0);
          c = ends ? 0 : c;
        }
      }
    }
  }
}

// Vectors of channels to rows, one for each channel: to[i * stride + j] is lane i of vector j < length.
void store_channels(const float* from, int64_t length, float* to, int64_t stride, int channels) {
  alignas(64) float few[kW * kW] = {};
  for (int64_t j = 0; j < length; j += kW) {
    if (j + kW > length && length >= kW) j = length - kW;
    const int64_t count = std::min<int64_t>(kW, length - j);
    const float* source = from + j * kW;
    if (count < kW) source = std::copy_n(source, count * kW, few) - count * kW;
    Lanes rows[kW];
#pragma GCC unroll 16
    for (int k = 0; k < kW; ++k) rows[k] = load(source + k * kW);
    exchange_all<kHalf>(rows);
    if (channels == kW && count == kW) {
#pragma GCC unroll 16
      for (int k = 0; k < kW; ++k) store(to + k * stride + j, rows[k]);
    } else {
#pragma GCC unroll 16
      for (int k = 0; k < kW; ++k) store(few + k * kW, rows[k]);
      for (int k = 0; k < channels; ++k) std::copy_n(few + k * kW, count, to + k * stride + j);
    }
  }
}

}  // namespace

template <class Transform>
void to_frequencies(const Planes<const float>& x, int64_t row, int64_t col, int64_t tiles, float* v, int64_t f_stride,
                    int64_t t_stride) {
  constexpr int kSide = Transform::kSide;
  alignas(64) float strip[kIn * kStripCols * kW];
  const int64_t cols = kOut * (tiles - 1) + kSide, pitch = cols * kW;
  load_strip(x, row, col, kSide, cols, strip);
  for (float* p = strip; p < strip + pitch; p += kW) {  // along columns, which neighbouring tiles share
    Lanes d[kSide], t[kIn];
#pragma GCC unroll 6
    for (int i = 0; i < kSide; ++i) d[i] = load(p + i * pitch);
    Transform::apply(d, t);
#pragma GCC unroll 6
    for (int i = 0; i < kIn; ++i) store(p + i * pitch, t[i]);
  }
  // Six frequencies at a time: on long rows a tenth faster than 36 streams of stores.
  for (int i = 0; i < kIn; ++i) {
    const float* p = strip + i * pitch;
    float* out = v + i * kIn * f_stride;
    for (int64_t tile = 0; tile < tiles; ++tile, p += kOut * kW, out += t_stride) {
      Lanes d[kSide], t[kIn];
#pragma GCC unroll 6
      for (int j = 0; j < kSide; ++j) d[j] = load(p + j * kW);
      Transform::apply(d, t);
#pragma GCC unroll 6
      for (int j = 0; j < kIn; ++j) store(out + j * f_stride, t[j]);
    }
  }
}
template void to_frequencies<OfInput>(const Planes<const float>&, int64_t, int64_t, int64_t, float*, int64_t, int64_t);
template void to_frequencies<OfGradient>(const Planes<const float>&, int64_t, int64_t, int64_t, float*, int64_t,
                                         int64_t);

void from_frequencies(const float* m, int64_t f_stride, int64_t t_stride, const Lanes& bias, int64_t row, int64_t col,
                      int64_t tiles, const Planes<float>& y) {
  // Rows are as long as the outputs that exist, so that whole rows of the plane are one run. What a tile has beyond,
  // the next row overwrites: rows from the first to the last, tiles from the last to the first.
  alignas(64) float strip[(kOut * kStripCols + kOut) * kW];
  const int64_t width = std::min(kOut * tiles, y.W - col), rows = std::min<int64_t>(kOut, y.H - row);
  for (int64_t tile = tiles - 1; tile >= 0; --tile) {
    const float* p = m + tile * t_stride;
    Lanes part[kOut][kIn];
#pragma GCC unroll 6
    for (int i = 0; i < kIn; ++i) {
      Lanes d[kIn], t[kOut];
#pragma GCC unroll 6
      for (int j = 0; j < kIn; ++j) d[j] = load(p + (i * kIn + j) * f_stride);
      to_output(d, t);
#pragma GCC unroll 4
      for (int j = 0; j < kOut; ++j) part[j][i] = t[j];
    }
    Lanes out[kOut][kOut];
#pragma GCC unroll 4
    for (int j = 0; j < kOut; ++j) to_output(part[j], out[j]);
    if (kOut * tile >= width) continue;
#pragma GCC unroll 4
    for (int i = 0; i < kOut; ++i) {
      float* to = strip + (i * width + tile * kOut) * kW;
#pragma GCC unroll 4
      for (int j = 0; j < kOut; ++j) store<float>(to + j * kW, out[j][i] + bias);
    }
  }
  if (width == y.W) {
    store_channels(strip, rows * width, y.data + row * y.W, y.H * y.W, y.channels);
  } else {
    for (int64_t r = 0; r < rows; ++r) {
      store_channels(strip + r * width * kW, width, y.data + (row + r) * y.W + col, y.H * y.W, y.channels);
    }
  }
}

namespace {

// The 9 taps of kW outputs and one input.
[[gnu::always_inline]] inline void load_taps(const Filters<const float>& w, int64_t out, int outs, int64_t in,
                                             Lanes (&taps)[9]) {
  const float* p = w.data + out * w.out_stride + in * w.in_stride;
  int64_t stride = w.out_stride;
  alignas(64) float few[9 * kW];
  if (outs < kW) {
    copy_channels<9>(p, stride, outs, 9, few);
    p = few, stride = 9;
  }
#pragma GCC unroll 4
  for (int j = 0; j + kHalf <= 9; j += kHalf) {
    Lanes some[kHalf];
    load_half_transposed(p + j, stride, some);
#pragma GCC unroll 8
    for (int k = 0; k < kHalf; ++k) taps[j + k] = some[k];
  }
  static_assert(9 % kHalf == 1);
  simd::Integers<float> row;
  for (int i = 0; i < kW; ++i) row[i] = i;
  taps[8] = simd::gather(p + 8, row * static_cast<int32_t>(stride));
  if (w.turned) {
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) std::swap(taps[j], taps[8 - j]);
  }
}

}  // namespace

void filter_to_frequencies(const Filters<const float>& w, int64_t out, int outs, int64_t in, float* u,
                           int64_t f_stride) {
  Lanes taps[9];
  load_taps(w, out, outs, in, taps);
  Lanes part[kIn][3];
#pragma GCC unroll 3
  for (int j = 0; j < 3; ++j) {
    Lanes t[kIn];
    of_filter({taps[j], taps[3 + j], taps[6 + j]}, t);
#pragma GCC unroll 6
    for (int i = 0; i < kIn; ++i) part[i][j] = t[i];
  }
#pragma GCC unroll 6
  for (int i = 0; i < kIn; ++i) {
    Lanes t[kIn];
    of_filter(part[i], t);
#pragma GCC unroll 6
    for (int j = 0; j < kIn; ++j) store(u + (i * kIn + j) * f_stride, t[j]);
  }
}

void add_filter_from_frequencies(const float* u, int64_t f_stride, float* taps) {
  Lanes part[3][kIn];
#pragma GCC unroll 6
  for (int i = 0; i < kIn; ++i) {
    Lanes d[kIn], t[3];
#pragma GCC unroll 6
    for (int j = 0; j < kIn; ++j) d[j] = load(u + (i * kIn + j) * f_stride);
    to_filter(d, t);
#pragma GCC unroll 3
    for (int j = 0; j < 3; ++j) part[j][i] = t[j];
  }
#pragma GCC unroll 3
  for (int j = 0; j < 3; ++j) {
    Lanes t[3];
    to_filter(part[j], t);
#pragma GCC unroll 3
    for (int i = 0; i < 3; ++i) {
      float* tap = taps + (i * 3 + j) * kW;
      store<float>(tap, load(tap) + t[i]);
    }
  }
}

void write_filters(const float* taps, int64_t ins, const Filters<float>& w, int64_t out, int outs, int64_t in) {
  store_channels(taps, 9 * ins, w.data + out * w.out_stride + in * 9, w.out_stride, outs);
}

}  // namespace dlcore::kernels::conv::winograd
