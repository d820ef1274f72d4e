// y[o] = s[o] sum over k of x[o stride - padding + k], dx[i] = sum over the o that see i of s[o] dy[o], where 1 / s[o]
// is a product of counts, one per axis. Sums of a vector's windows stay in a register from the first tap to the last.
// NOTE [Windows by vectors] tells how rows are prepared; tiles share no output, so any number of threads gives the same
// bits.
#include "kernels/avg_pool.h"

#include "kernels/pair_pool.h"
#include "kernels/windows.h"

namespace dlcore::kernels {
namespace {

// s[o] along the width.
template <class T>
class Scales {
 public:
  Scales(const Windows& of, const Divisor& divisor, int64_t columns)
      : of_(of), divisor_(divisor), scales_(1, columns) {}

  // Of row h of slice d, outputs begin ... end - 1.
  const T* operator()(int64_t d, int64_t h, int64_t begin, int64_t end) {
    const bool padded = divisor_.with_padding;
    const int64_t rows = places_counted(of_.d, d, padded) * places_counted(of_.h, h, padded);
    if (rows == rows_ && begin == begin_ && end == end_) return scales_[0];
    rows_ = rows;
    begin_ = begin;
    end_ = end;
    for (int64_t w = begin; w < end; ++w) {
      const int64_t count = divisor_.override ? divisor_.override : rows * places_counted(of_.w, w, padded);
      scales_[0][w - begin] = static_cast<T>(1.0 / static_cast<double>(count));
    }
    return scales_[0];
  }

 private:
  Windows of_;
  Divisor divisor_;
  Rows<T> scales_;
  int64_t rows_ = 0, begin_ = 0, end_ = -1;
};

template <class T>
class Forward {
 public:
  Forward(const Windows& of, const Divisor& divisor, const Tiles& tiles, const T* x, T* y)
      : of_(of), x_(x), y_(y), rows_(of, tiles, 0), scales_(of, divisor, tiles.columns) {}

  void operator()(const Tile& tile) {
    rows_.load(x_ + tile.m * of_.inputs(), tile);
    for (int64_t h = tile.h_begin; h < tile.h_end; ++h) {
      lines_.clear();
      for (int64_t kd = of_.d.first_tap(tile.d); kd < of_.d.end_tap(tile.d); ++kd) {
        for (int64_t kh = of_.h.first_tap(h); kh < of_.h.end_tap(h); ++kh) {
          lines_.push_back(rows_.row(kd, of_.h.at(h, kh)));
        }
      }
      const T* scales = scales_(tile.d, h, tile.w_begin, tile.w_end);
      T* y = y_ + ((tile.m * of_.d.out + tile.d) * of_.h.out + h) * of_.w.out + tile.w_begin;
      for (int64_t j = 0; j < tile.columns(); j += kWidth<T>) {
        Vector<T> sum{};
        for (const T* line : lines_) {
          for (const int64_t at : rows_.taps()) sum += simd::load(line + at + j);
        }
        simd::store_part(y + j, sum * simd::load(scales + j), std::min<int64_t>(tile.columns() - j, kWidth<T>));
      }
    }
  }

 private:
  Windows of_;
  const T* x_;
  T* y_;
  InputRows<T> rows_;
  Scales<T> scales_;
  std::vector<const T*> lines_;
};

template <class T>
class Backward {
 public:
  Backward(const Windows& of, const Divisor& divisor, const Tiles& tiles, const T* dy, T* dx)
      : of_(of),
        dy_(dy),
        dx_(dx),
        margin_(margin(of.w)),
        height_((tiles.rows + of.h.reach()) / of.h.stride + 2),
        rows_(of.d.kernel * height_, tiles.columns + margin_),
        out_(of.w.stride, tiles.columns),
        scales_(of, divisor, tiles.columns + margin_) {}

  void operator()(const Tile& tile) {
    hits_of(of_.d, tile.d, slices_);
    const auto [first, end] = outputs_of(of_.h, tile.h_begin, tile.h_end);
    const int64_t start = tile.w_begin - margin_, length = tile.columns() + margin_;
    const int64_t w_begin = std::clamp<int64_t>(start, 0, of_.w.out),
                  w_end = std::clamp(start + length, w_begin, of_.w.out);
    for (size_t s = 0; s < slices_.size(); ++s) {
      for (int64_t h = first; h < end; ++h) {
        const T* dy = dy_ + ((tile.m * of_.d.out + slices_[s].out) * of_.h.out + h) * of_.w.out;
        const T* scales = scales_(slices_[s].out, h, w_begin, w_end);
        T* row = rows_[static_cast<int64_t>(s) * height_ + h - first];
        std::fill(row, row + (w_begin - start), T(0));
        for (int64_t w = w_begin; w < w_end; ++w) row[w - start] = dy[w] * scales[w - w_begin];
        std::fill(row + (w_end - start), row + length, T(0));
      }
    }
    T* plane = dx_ + tile.m * of_.inputs();
    for (int64_t h = tile.h_begin; h < tile.h_end; ++h) {
      lines_.clear();
      hits_of(of_.h, h, hits_);
      for (size_t s = 0; s < slices_.size(); ++s) {
        for (const Hit& hit : hits_) lines_.push_back(rows_[static_cast<int64_t>(s) * height_ + hit.out - first]);
      }
      for (int64_t p = 0; p < of_.w.stride; ++p) phase(p, tile.columns());
      const int64_t column = tile.w_begin * of_.w.stride - of_.w.padding;
      join_row(out_[0], out_.pitch(), column, of_.w.stride, std::max<int64_t>(column, 0),
               std::min(column + tile.columns() * of_.w.stride, of_.w.in), plane + (tile.d * of_.h.in + h) * of_.w.in);
    }
  }

 private:
  void phase(int64_t p, int64_t columns) {
    const int64_t s = of_.w.stride, seen = p < of_.w.kernel ? (of_.w.kernel - 1 - p) / s + 1 : 0;
    for (int64_t j = 0; j < columns; j += kWidth<T>) {
      Vector<T> sum{};
      for (const T* line : lines_) {
        for (int64_t k = seen - 1; k >= 0; --k) sum += simd::load(line + margin_ + j - k);
      }
      simd::store(out_[p] + j, sum);
    }
  }

  Windows of_;
  const T* dy_;
  T* dx_;
  int64_t margin_, height_;
  Rows<T> rows_, out_;
  Scales<T> scales_;
  std::vector<Hit> slices_, hits_;
  std::vector<const T*> lines_;
};

}  // namespace

void avg_pool(DType dtype, const Windows& of, const Divisor& divisor, const void* x, void* y) {
  if (in_pairs(of.w)) return avg_pool_pairs(dtype, of, divisor, x, y);
  visit_floating(dtype, [&]<class T>() {
    const Tiles tiles(of.M, of.d.out, of.h.out, of.w.out, sizeof(T) * of.d.kernel * of.h.stride * of.w.stride);
    parallel_for(tiles.count(), tiles.grain(of.taps()), [&](int64_t begin, int64_t end) {
      Forward<T> forward(of, divisor, tiles, static_cast<const T*>(x), static_cast<T*>(y));
      for (int64_t i = begin; i < end; ++i) forward(tiles[i]);
    });
  });
}

void avg_pool_backward(DType dtype, const Windows& of, const Divisor& divisor, const void* dy, void* dx) {
  if (in_pairs(of.w)) return avg_pool_pairs_backward(dtype, of, divisor, dy, dx);
  visit_floating(dtype, [&]<class T>() {
    const Tiles tiles(of.M, of.d.in, of.h.in, phase_length(of.w), sizeof(T) * of.d.kernel);
    parallel_for(tiles.count(), tiles.grain(of.w.stride * 2), [&](int64_t begin, int64_t end) {
      Backward<T> backward(of, divisor, tiles, static_cast<const T*>(dy), static_cast<T*>(dx));
      for (int64_t i = begin; i < end; ++i) backward(tiles[i]);
    });
  });
}

}  // namespace dlcore::kernels
