// y[o] = max over k of x[o stride - padding + k dilation], dx[i] = sum of dy[o] over the o whose largest element is i.
// What a forward pass keeps is one byte for each output, the winner's number in its window: an eighth of an index. Both
// ways write each element of their result once, from registers. NOTE [Windows by vectors] tells how rows are prepared;
// tiles share no output, so any number of threads gives the same bits.
#include "kernels/max_pool.h"

#include <limits>

#include "kernels/pair_pool.h"
#include "kernels/windows.h"

namespace dlcore::kernels {
namespace {

using simd::Integers;

template <class T>
using Int = std::conditional_t<sizeof(T) == 4, int32_t, int64_t>;

template <class T>
class Forward {
 public:
  Forward(const Windows& of, const Tiles& tiles, const T* x, T* y, uint8_t* taps)
      : of_(of),
        x_(x),
        y_(y),
        taps_(taps),
        rows_(of, tiles, -std::numeric_limits<T>::infinity()),
        first_(1, taps ? tiles.columns : 0),
        winners_(tiles.rows * tiles.columns + kWidth<T>) {}

  void operator()(const Tile& tile) {
    rows_.load(x_ + tile.m * of_.inputs(), tile);
    if (taps_) {
      for (int64_t j = 0; j < tile.columns(); ++j)
        first_[0][j] = static_cast<Int<T>>(of_.w.first_tap(tile.w_begin + j));
    }
    const int64_t begin = ((tile.m * of_.d.out + tile.d) * of_.h.out + tile.h_begin) * of_.w.out + tile.w_begin;
    for (int64_t h = tile.h_begin; h < tile.h_end; ++h) {
      T* y = y_ + begin + (h - tile.h_begin) * of_.w.out;
      uint8_t* winners = winners_.data() + (h - tile.h_begin) * tile.columns();
      if (taps_) {
        row<true>(tile, h, y, winners);
      } else {
        row<false>(tile, h, y, winners);
      }
    }
    if (!taps_) return;
    for (int64_t h = tile.h_begin; h < tile.h_end; ++h) {
      std::memcpy(taps_ + begin + (h - tile.h_begin) * of_.w.out, winners_.data() + (h - tile.h_begin) * tile.columns(),
                  tile.columns());
    }
  }

 private:
  template <bool kTaps>
  void row(const Tile& tile, int64_t h, T* y, uint8_t* winners) {
    lines_.clear();
    for (int64_t kd = of_.d.first_tap(tile.d); kd < of_.d.end_tap(tile.d); ++kd) {
      for (int64_t kh = of_.h.first_tap(h); kh < of_.h.end_tap(h); ++kh) {
        lines_.push_back(
            {rows_.row(kd, of_.h.at(h, kh)), static_cast<Int<T>>((kd * of_.h.kernel + kh) * of_.w.kernel)});
      }
    }
    for (int64_t j = 0; j < tile.columns(); j += kWidth<T>) {
      const int64_t n = std::min<int64_t>(tile.columns() - j, kWidth<T>);
      Vector<T> m = simd::broadcast(-std::numeric_limits<T>::infinity());
      Integers<T> winner{};
      if constexpr (kTaps) winner = load_integers(first_[0] + j) + lines_[0].tap;
      for (const Line& line : lines_) {
        Int<T> tap = line.tap;
        for (const int64_t at : rows_.taps()) {
          const Vector<T> v = simd::load(line.row + at + j);
          const Integers<T> takes = (v > m) | (v != v);
          m = simd::choose<T>(takes, v, m);
          if constexpr (kTaps) winner = takes ? Integers<T>{} + tap : winner;
          ++tap;
        }
      }
      simd::store_part(y + j, m, n);
      if constexpr (kTaps) {
        typedef uint8_t Bytes __attribute__((vector_size(kWidth<T>)));
        const Bytes bytes = __builtin_convertvector(winner, Bytes);
        std::memcpy(winners + j, &bytes, sizeof bytes);  // the next row overwrites what is too much
      }
    }
  }

  static Integers<T> load_integers(const Int<T>* p) {
    Integers<T> v;
    std::memcpy(&v, p, sizeof v);
    return v;
  }

  struct Line {  // of a window: a row, and its first element's number
    const T* row;
    Int<T> tap;
  };
  Windows of_;
  const T* x_;
  T* y_;
  uint8_t* taps_;
  InputRows<T> rows_;
  Rows<Int<T>> first_;  // the first tap inside, for each column
  std::vector<uint8_t> winners_;
  std::vector<Line> lines_;
};

// dx[j stride + p - padding] = sum over the rows o that see this one, and over the taps k of phase p, of
// dy[o, j - k / stride] where its winner is this tap.
template <class T>
class Backward {
 public:
  Backward(const Windows& of, const Tiles& tiles, const T* dy, const uint8_t* taps, T* dx)
      : of_(of),
        dy_(dy),
        taps_(taps),
        dx_(dx),
        margin_(margin(of.w)),
        height_((tiles.rows + of.h.reach()) / of.h.stride + 2),
        rows_(of.d.kernel * height_, tiles.columns + margin_),
        winners_(of.d.kernel * height_, tiles.columns + margin_),
        out_(of.w.stride, tiles.columns) {}

  void operator()(const Tile& tile) {
    hits_of(of_.d, tile.d, slices_);
    const auto [first, end] = outputs_of(of_.h, tile.h_begin, tile.h_end);
    const int64_t start = tile.w_begin - margin_, length = tile.columns() + margin_;
    for (size_t s = 0; s < slices_.size(); ++s) {
      for (int64_t h = first; h < end; ++h) {
        const int64_t from = ((tile.m * of_.d.out + slices_[s].out) * of_.h.out + h) * of_.w.out;
        const int64_t slot = static_cast<int64_t>(s) * height_ + h - first;
        split_row<T>(dy_ + from, of_.w.out, start, 1, length, 0, rows_[slot], rows_.pitch());
        widen(taps_ + from, start, length, winners_[slot]);
      }
    }
    T* plane = dx_ + tile.m * of_.inputs();
    for (int64_t h = tile.h_begin; h < tile.h_end; ++h) {
      lines_.clear();
      hits_of(of_.h, h, hits_);
      for (size_t s = 0; s < slices_.size(); ++s) {
        for (const Hit& hit : hits_) {
          const int64_t slot = static_cast<int64_t>(s) * height_ + hit.out - first;
          lines_.push_back({rows_[slot], winners_[slot],
                            static_cast<Int<T>>((slices_[s].tap * of_.h.kernel + hit.tap) * of_.w.kernel)});
        }
      }
      for (int64_t p = 0; p < of_.w.stride; ++p) phase(p, tile.columns());
      const int64_t column = tile.w_begin * of_.w.stride - of_.w.padding;
      join_row(out_[0], out_.pitch(), column, of_.w.stride, std::max<int64_t>(column, 0),
               std::min(column + tile.columns() * of_.w.stride, of_.w.in), plane + (tile.d * of_.h.in + h) * of_.w.in);
    }
  }

 private:
  void phase(int64_t p, int64_t columns) {
    for (int64_t j = 0; j < columns; j += kWidth<T>) {
      Vector<T> sum{};
      for (const Line& line : lines_) {
        for (int64_t k = of_.w.kernel - 1; k >= 0; --k) {
          const int64_t at = k * of_.w.dilation;
          if (at % of_.w.stride != p) continue;
          const int64_t from = margin_ + j - at / of_.w.stride;
          Integers<T> winner;
          std::memcpy(&winner, line.winners + from, sizeof winner);
          sum += simd::choose<T>(winner == line.tap + static_cast<Int<T>>(k), simd::load(line.dy + from), Vector<T>{});
        }
      }
      simd::store(out_[p] + j, sum);
    }
  }

  // Winners as wide as T; -1 outside.
  void widen(const uint8_t* taps, int64_t start, int64_t length, Int<T>* out) const {
    const int64_t from = std::clamp<int64_t>(-start, 0, length), to = std::clamp(of_.w.out - start, from, length);
    std::fill(out, out + from, -1);
    for (int64_t j = from; j < to; ++j) out[j] = taps[start + j];
    std::fill(out + to, out + length, -1);
  }

  struct Line {
    const T* dy;
    const Int<T>* winners;
    Int<T> tap;
  };
  Windows of_;
  const T* dy_;
  const uint8_t* taps_;
  T* dx_;
  int64_t margin_, height_;
  Rows<T> rows_;
  Rows<Int<T>> winners_;
  Rows<T> out_;
  std::vector<Hit> slices_, hits_;
  std::vector<Line> lines_;
};

}  // namespace

void max_pool(DType dtype, const Windows& of, const void* x, void* y, uint8_t* taps) {
  if (in_pairs(of.w)) return max_pool_pairs(dtype, of, x, y, taps);
  visit_floating(dtype, [&]<class T>() {
    const Tiles tiles(of.M, of.d.out, of.h.out, of.w.out, sizeof(T) * of.d.kernel * of.h.stride * of.w.stride);
    parallel_for(tiles.count(), tiles.grain(of.taps()), [&](int64_t begin, int64_t end) {
      Forward<T> forward(of, tiles, static_cast<const T*>(x), static_cast<T*>(y), taps);
      for (int64_t i = begin; i < end; ++i) forward(tiles[i]);
    });
  });
}

void max_pool_backward(DType dtype, const Windows& of, const void* dy, const uint8_t* taps, void* dx) {
  if (in_pairs(of.w)) return max_pool_pairs_backward(dtype, of, dy, taps, dx);
  visit_floating(dtype, [&]<class T>() {
    const Tiles tiles(of.M, of.d.in, of.h.in, phase_length(of.w), sizeof(T) * 2 * of.d.kernel);
    parallel_for(tiles.count(), tiles.grain(of.w.stride * 2), [&](int64_t begin, int64_t end) {
      Backward<T> backward(of, tiles, static_cast<const T*>(dy), taps, static_cast<T*>(dx));
      for (int64_t i = begin; i < end; ++i) backward(tiles[i]);
    });
  });
}

void places_of_taps(const Windows& of, const uint8_t* taps, int64_t* places) {
  const int64_t rows = of.M * of.d.out * of.h.out;
  parallel_for(rows, std::max<int64_t>(kElementGrain / of.w.out, 1), [&](int64_t begin, int64_t end) {
    int64_t row_of[kMostTaps + 1], column_of[kMostTaps + 1];
    for (int64_t i = begin; i < end; ++i) {
      const int64_t h = i % of.h.out, d = i / of.h.out % of.d.out;
      for (int64_t t = 0; t < of.taps(); ++t) {
        const int64_t kw = t % of.w.kernel, kh = t / of.w.kernel % of.h.kernel, kd = t / (of.w.kernel * of.h.kernel);
        row_of[t] = (of.d.at(d, kd) * of.h.in + of.h.at(h, kh)) * of.w.in;
        column_of[t] = of.w.at(0, kw);
      }
      for (int64_t w = 0; w < of.w.out; ++w) {
        const uint8_t t = taps[i * of.w.out + w];
        places[i * of.w.out + w] = row_of[t] + column_of[t] + w * of.w.stride;
      }
    }
  });
}

}  // namespace dlcore::kernels
