// Transforms take kW channels at once, one in each lane, so they are the same few instructions for every image size and
// need no care at edges. The price is turning images about: elements of kW channel planes are read kW at a time and
// transposed in registers, once per element, which is a tenth of the transform's work. A row of tiles goes through a
// strip of the first cache: [row][column][channel], with zeros where the padding is.
#include "kernels/conv/winograd_tiles.h"

#include <algorithm>
#include <utility>

namespace dlcore::kernels::conv::winograd {
namespace {

// Rows i and i + kStep change their off-diagonal quarters, for all kStep = 1, 2, 4, ...
template <int kStep>
[[gnu::always_inline]] inline void exchange(Lanes& a, Lanes& b) {
  [&]<int... k>(std::integer_sequence<int, k...>) __attribute__((always_inline)) {
    const Lanes low = __builtin_shufflevector(a, b, ((k & kStep) ? kW + k - kStep : k)...);
    b = __builtin_shufflevector(a, b, ((k & kStep) ? kW + k : k + kStep)...);
    a = low;
  }
  (std::make_integer_sequence<int, kW>{});
}

template <int kStep>
[[gnu::always_inline]] inline void exchange_all(Lanes (&rows)[kW]) {
#pragma GCC unroll 16
  for (int i = 0; i < kW; ++i) {
    if (!(i & kStep)) exchange<kStep>(rows[i], rows[i + kStep]);
  }
  if constexpr (kStep > 1) exchange_all<kStep / 2>(rows);
}

[[gnu::always_inline]] inline void transpose(Lanes (&rows)[kW]) { exchange_all<kW / 2>(rows); }

// `count` <= kW elements of each channel from p on, as vectors of channels. kUsual is the number it mostly is.
template <int kUsual>
[[gnu::always_inline]] inline void load_channels(const float* p, int64_t stride, int channels, int64_t count,
                                                 Lanes (&out)[kW]) {
  if (channels == kW && count == kUsual) {
#pragma GCC unroll 16
    for (int i = 0; i < kW; ++i) out[i] = kUsual == kW ? load(p + i * stride) : simd::load_part(p + i * stride, kUsual);
  } else {
    alignas(64) float rows[kW * kW] = {};
    for (int i = 0; i < channels; ++i) store(rows + i * kW, simd::load_part(p + i * stride, count));
#pragma GCC unroll 16
    for (int i = 0; i < kW; ++i) out[i] = load(rows + i * kW);
  }
  transpose(out);
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
  const int64_t joined = width == x.W ? bottom - top : 1, length = joined * width;
  for (int64_t r = top; r < bottom; r += joined) {
    const float* from = x.data + (row + r) * x.W + col + left;
    float* to = strip + (r * cols + left) * kW;
    for (int64_t i = 0; i < length; i += kW) {
      if (i + kW > length && length >= kW) i = length - kW;  // the last kW again rather than a part of a vector
      const int64_t count = std::min<int64_t>(kW, length - i);
      Lanes pixels[kW];
      load_channels<kW>(from + i, x.H * x.W, x.channels, count, pixels);
      int64_t c = i % width;
      float* out = to + (i / width * cols + c) * kW;
#pragma GCC unroll 16
      for (int k = 0; k < kW; ++k) {
        if (k < count) store(out, pixels[k]);
        const bool ends = ++c == width;
        out += kW + (ends ? gap : 0);
        c = ends ? 0 : c;
      }
    }
  }
}

// Contiguous elements of the planes from `at` on; of each, the channels are a vector of `from`.
void store_run(const float* from, int64_t length, const Planes<float>& y, int64_t at) {
  const int64_t stride = y.H * y.W;
  for (int64_t i = 0; i < length; i += kW) {
    if (i + kW > length && length >= kW) i = length - kW;
    const int64_t count = std::min<int64_t>(kW, length - i);
    Lanes rows[kW];
#pragma GCC unroll 16
    for (int k = 0; k < kW; ++k) rows[k] = load(from + (i + k) * kW);  // behind `length` there is room
    transpose(rows);
    float* to = y.data + at + i;
    if (y.channels == kW && count == kW) {
#pragma GCC unroll 16
      for (int k = 0; k < kW; ++k) store(to + k * stride, rows[k]);
    } else {
#pragma GCC unroll 16
      for (int k = 0; k < kW; ++k) {
        if (k < y.channels) simd::store_part(to + k * stride, rows[k], count);
      }
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
  for (int64_t tile = 0; tile < tiles; ++tile, v += t_stride) {
    const float* p = strip + tile * kOut * kW;
    float* out = v;
    for (int i = 0; i < kIn; ++i, p += pitch, out += kIn * f_stride) {
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
  // Rows are as long as the outputs that exist, so that whole rows of the plane are one run. What a tile has beyond, the
  // next row overwrites: rows from the first to the last, tiles from the last to the first.
  alignas(64) float strip[(kOut * kStripCols + kW) * kW];
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
    store_run(strip, rows * width, y, row * y.W);
  } else {
    for (int64_t r = 0; r < rows; ++r) store_run(strip + r * width * kW, width, y, (row + r) * y.W + col);
  }
}

void filter_to_frequencies(const Filters<const float>& w, int64_t out, int outs, int64_t in, float* u,
                           int64_t f_stride) {
  constexpr int kGroups = (9 + kW - 1) / kW;
  Lanes taps[kGroups * kW];
#pragma GCC unroll 3
  for (int group = 0; group < kGroups; ++group) {
    Lanes some[kW];
    load_channels<std::min(kW, 9)>(w.data + out * w.out_stride + in * w.in_stride + group * kW, w.out_stride, outs,
                                   std::min(kW, 9 - group * kW), some);
#pragma GCC unroll 16
    for (int k = 0; k < kW; ++k) taps[group * kW + k] = some[k];
  }
  Lanes part[kIn][3];
#pragma GCC unroll 3
  for (int j = 0; j < 3; ++j) {
    Lanes t[kIn];
    if (w.turned) {
      of_filter({taps[8 - j], taps[5 - j], taps[2 - j]}, t);
    } else {
      of_filter({taps[j], taps[3 + j], taps[6 + j]}, t);
    }
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

void write_filter(const float* taps, int64_t parts, int64_t part_stride, const Filters<float>& w, int64_t out,
                  int outs, int64_t in) {
  constexpr int kGroups = (9 + kW - 1) / kW;
  for (int group = 0; group < kGroups; ++group) {
    Lanes rows[kW];
    const int count = std::min(kW, 9 - group * kW);
#pragma GCC unroll 16
    for (int k = 0; k < kW; ++k) {
      rows[k] = Lanes{};
      for (int64_t part = 0; part < parts && k < count; ++part) {
        rows[k] += load(taps + part * part_stride + (group * kW + k) * kW);
      }
    }
    transpose(rows);
    float* to = w.data + out * w.out_stride + in * w.in_stride + group * kW;
#pragma GCC unroll 16
    for (int k = 0; k < kW; ++k) {
      if (k < outs) simd::store_part(to + k * w.out_stride, rows[k], count);
    }
  }
}

}  // namespace dlcore::kernels::conv::winograd
