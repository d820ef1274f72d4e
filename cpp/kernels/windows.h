#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "core/parallel.h"
#include "kernels/simd.h"
#include "kernels/window_axis.h"

// NOTE [Windows by vectors]
// Pooling and depthwise convolution slide windows over planes. Vectors run along the width. The rows that a tile of the
// result needs are copied to a scratch that stays in the first two caches, with what lies outside in place and taken
// apart by phase: column start + j stride + p becomes [p][j]. So every tap of a window is a load of neighbours, for any
// stride, padding and dilation, and nothing is tested in the inner loops. The way back reads padded rows of the
// output's gradient, writes [p][j], and joins the phases.
namespace dlcore::kernels {

using simd::kWidth;
using simd::Vector;

// Part of an output: rows h_begin ... h_end - 1 and columns w_begin ... w_end - 1 of slice d of plane m.
struct Tile {
  int64_t m, d, h_begin, h_end, w_begin, w_end;
  int64_t columns() const { return w_end - w_begin; }
};

// An output of M planes, cut by its sizes alone into tiles of some rows and columns.
struct Tiles {
  int64_t M, D, H, W, rows, columns;

  // row_bytes: what one row, `depth` times, takes of the scratch for each column.
  Tiles(int64_t M, int64_t D, int64_t H, int64_t W, int64_t column_bytes) : M(M), D(D), H(H), W(W) {
    constexpr int64_t kScratch = 32768;  // with as much of results, in the first cache or close behind
    constexpr int64_t kColumns = 2048;   // a longer row is cut
    columns = std::min(W, kColumns);
    rows = std::clamp<int64_t>(kScratch / std::max<int64_t>(columns * column_bytes, 1), 1, H);
  }
  int64_t count() const { return M * D * pieces_of(H, rows) * pieces_of(W, columns); }
  // work: of one element, in units of an addition.
  int64_t grain(int64_t work) const {
    return std::max<int64_t>(kElementGrain / std::max<int64_t>(rows * columns * work, 1), 1);
  }
  Tile operator[](int64_t i) const {
    if (rows == H && columns == W && D == 1) return {i, 0, 0, H, 0, W};
    const int64_t across = pieces_of(W, columns), down = pieces_of(H, rows);
    const int64_t w = i % across * columns, h = i / across % down * rows, slice = i / (across * down);
    return {slice / D, slice % D, h, std::min(h + rows, H), w, std::min(w + columns, W)};
  }
};

// Scratch for rows of `length` elements, behind each of which whole vectors may be read and written.
template <class T>
class Rows {
 public:
  Rows(int64_t rows, int64_t length)
      : pitch_((length + 3 * kWidth<T> - 1) / kWidth<T> * kWidth<T>),
        data_(std::make_unique_for_overwrite<T[]>(rows * pitch_ + kWidth<T>)) {}
  int64_t pitch() const { return pitch_; }
  T* operator[](int64_t row) { return data_.get() + row * pitch_; }

 private:
  int64_t pitch_;
  std::unique_ptr<T[]> data_;  // not cleared: there is one for each piece of work
};

// out[i] = x[i], without a call: rows are often shorter than one.
template <class T>
[[gnu::always_inline]] inline void copy_row(const T* x, int64_t n, T* out) {
  constexpr int W = kWidth<T>;
  int64_t i = 0;
  for (; i + W <= n; i += W) simd::store(out + i, simd::load(x + i));
  if (i < n) simd::store_part(out + i, simd::load_part(x + i, n - i), n - i);
}

// out[j] = x[2 j], out[pitch + j] = x[2 j + 1], j < n.
template <class T>
[[gnu::always_inline]] inline void split_pairs(const T* x, int64_t n, T* out, int64_t pitch) {
  constexpr int W = kWidth<T>;
  int64_t j = 0;
  for (; j + W <= n; j += W) {
    const Vector<T> a = simd::load(x + 2 * j), b = simd::load(x + 2 * j + W);
    simd::store(out + j, simd::evens<T>(a, b));
    simd::store(out + pitch + j, simd::odds<T>(a, b));
  }
  for (; j < n; ++j) {
    out[j] = x[2 * j];
    out[pitch + j] = x[2 * j + 1];
  }
}

// out[p * pitch + j] = x[start + j stride + p], j < length, p < stride; outside of [0, n), if asked: `outside`.
template <class T>
void split_row(const T* x, int64_t n, int64_t start, int64_t stride, int64_t length, T outside, T* out, int64_t pitch,
               bool with_outside = true) {
  // [from, to) of a phase is inside.
  const auto from = [&](int64_t p) {
    return start + p >= 0 ? int64_t{0} : std::min((-start - p + stride - 1) / stride, length);
  };
  const auto to = [&](int64_t p) {
    return n <= start + p ? int64_t{0} : std::min((n - start - p + stride - 1) / stride, length);
  };
  if (with_outside) {
    for (int64_t p = 0; p < stride; ++p) {
      T* phase = out + p * pitch;
      const int64_t end = std::max(from(p), to(p));
      std::fill(phase, phase + from(p), outside);
      std::fill(phase + end, phase + length, outside);
    }
  }
  const T* inside = x + start;
  if (stride == 1) {
    copy_row(inside + from(0), to(0) - from(0), out + from(0));
  } else if (stride == 2) {
    const int64_t begin = std::max(from(0), from(1)), end = std::max(begin, std::min(to(0), to(1)));
    for (int64_t p = 0; p < 2; ++p) {  // half a pair at either end
      if (from(p) < begin && from(p) < to(p)) out[p * pitch + from(p)] = inside[2 * from(p) + p];
      if (end < to(p)) out[p * pitch + end] = inside[2 * end + p];
    }
    split_pairs(inside + 2 * begin, end - begin, out + begin, pitch);
  } else {
    for (int64_t p = 0; p < stride; ++p) {
      T* phase = out + p * pitch;
      for (int64_t j = from(p); j < to(p); ++j) phase[j] = inside[j * stride + p];
    }
  }
}

// The way back: x[start + j stride + p] = in[p * pitch + j] for places in [begin, end).
template <class T>
void join_row(const T* in, int64_t pitch, int64_t start, int64_t stride, int64_t begin, int64_t end, T* x) {
  int64_t i = begin;
  if (stride == 1) {
    std::copy(in + begin - start, in + end - start, x + begin);
    return;
  }
  if (stride == 2) {
    constexpr int W = kWidth<T>;
    if (i < end && (i - start) % 2 == 1) x[i++] = in[pitch + (begin - start) / 2];
    for (; i + 2 * W <= end; i += 2 * W) {
      const T* at = in + (i - start) / 2;
      const Vector<T> a = simd::load(at), b = simd::load(at + pitch);
      simd::store(x + i, simd::zip_low<T>(a, b));
      simd::store(x + i + W, simd::zip_high<T>(a, b));
    }
    for (; i + 2 <= end; i += 2) {
      x[i] = in[(i - start) / 2];
      x[i + 1] = in[pitch + (i - start) / 2];
    }
    if (i < end) x[i] = in[(i - start) / 2];
    return;
  }
  for (int64_t p = (i - start) % stride, j = (i - start) / stride; i < end; ++i) {
    x[i] = in[p * pitch + j];
    if (++p == stride) {
      p = 0;
      ++j;
    }
  }
}

// ---- The rows that a tile of an output needs of its input ----

template <class T>
class InputRows {
 public:
  InputRows(const Windows& of, const Tiles& tiles, T outside)
      : of_(of),
        outside_(outside),
        height_((tiles.rows - 1) * of.h.stride + of.h.reach()),
        rows_(of.d.kernel * height_ * of.w.stride, tiles.columns + of.w.reach() / of.w.stride + 1) {
    for (int64_t k = 0; k < of.w.kernel; ++k) {
      const int64_t at = k * of.w.dilation;
      taps_.push_back(at % of.w.stride * rows_.pitch() + at / of.w.stride);
    }
  }

  void load(const T* plane, const Tile& tile) {
    first_ = std::max<int64_t>(of_.h.at(tile.h_begin, 0), 0);
    const int64_t end = std::min(of_.h.at(tile.h_end - 1, of_.h.kernel - 1) + 1, of_.h.in);
    const int64_t start = of_.w.at(tile.w_begin, 0), length = tile.columns() + (of_.w.reach() - 1) / of_.w.stride;
    for (int64_t k = of_.d.first_tap(tile.d); k < of_.d.end_tap(tile.d); ++k) {
      for (int64_t h = first_; h < end; ++h) {
        split_row(plane + (of_.d.at(tile.d, k) * of_.h.in + h) * of_.w.in, of_.w.in, start, of_.w.stride, length,
                  outside_, rows_[(k * height_ + h - first_) * of_.w.stride], rows_.pitch());
      }
    }
  }

  // Where tap k of the width begins in a row.
  const std::vector<int64_t>& taps() const { return taps_; }
  const T* row(int64_t k_d, int64_t h) { return rows_[(k_d * height_ + h - first_) * of_.w.stride]; }

 private:
  Windows of_;
  T outside_;
  int64_t height_, first_ = 0;
  Rows<T> rows_;
  std::vector<int64_t> taps_;
};

// ---- The rows of an output's gradient that a tile of the input's gradient needs ----

// The input's columns in phases, as split_row takes them apart: tiles are of j, column j stride + p - padding.
inline int64_t phase_length(const Axis& w) { return (w.in + w.padding + w.stride - 1) / w.stride; }

// An output, along one axis, that sees a place, and the tap by which.
struct Hit {
  int64_t out, tap;
};
inline void hits_of(const Axis& axis, int64_t place, std::vector<Hit>& hits) {
  hits.clear();
  for (int64_t k = axis.kernel - 1; k >= 0; --k) {  // outputs in rising order
    const int64_t at = place + axis.padding - k * axis.dilation;
    if (at >= 0 && at % axis.stride == 0 && at / axis.stride < axis.out) hits.push_back({at / axis.stride, k});
  }
}

// The outputs [first, end) that see any of the places [begin, end), or a few more.
inline Hit outputs_of(const Axis& axis, int64_t begin, int64_t end) {
  const int64_t low = begin + axis.padding - (axis.reach() - 1);
  const int64_t first = low <= 0 ? 0 : (low + axis.stride - 1) / axis.stride;
  return {first, std::min((end - 1 + axis.padding) / axis.stride + 1, axis.out)};
}

// Of a tile, column j of the gradient's scratch is output tile.w_begin - margin + j.
inline int64_t margin(const Axis& w) { return (w.reach() - 1) / w.stride; }

}  // namespace dlcore::kernels
