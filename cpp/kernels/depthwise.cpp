// y[i, j] = b + sum over k, l of w[k, l] x[i s + k d - p, j s + l d - p], plane by plane. Where neighbours see
// neighbours and the kernel is a usual one, planes are read where they lie (depthwise_dense.h). Else a plane, or a band
// of it, is brought once into a scratch with its borders (NOTE [Windows by vectors]), where all kernels of its channel
// meet it. The gradient to x is the same sum over dy: for each phase of a stride, the taps of that phase, turned round.
// The gradient to w multiplies the same two scratches; a plane's sums are folded to numbers and added in double, images
// in order, some of them to one part; parts are cut by sizes alone and added in order, so any number of threads gives
// the same bits.
#include "kernels/depthwise.h"

#include <optional>

#include "kernels/depthwise_dense.h"

namespace dlcore::kernels {
namespace {

using depthwise_rows::Taps;
using depthwise_rows::Target;

Windows windows_of(const Depthwise& of) {
  return {1,
          {},
          {of.H, of.OH, of.KH, of.stride_h, of.padding_h, of.dilation_h},
          {of.W, of.OW, of.KW, of.stride_w, of.padding_w, of.dilation_w}};
}

// Scratch for rows first ... first + count - 1 of planes (H, n), zeros where there are none, in phases. What lies
// outside of a plane stays from one to the next where they are cut alike.
template <class T>
class PaddedRows {
 public:
  PaddedRows(int64_t rows, int64_t stride, int64_t length) : stride_(stride), rows_(rows * stride, length) {}

  void load(const T* plane, int64_t H, int64_t n, int64_t first, int64_t count, int64_t start, int64_t length) {
    const bool fresh = first != first_ || count != count_ || start != start_ || length != length_;
    first_ = first;
    count_ = count;
    start_ = start;
    length_ = length;
    for (int64_t i = 0; i < count; ++i) {
      const int64_t h = first + i;
      if (h >= 0 && h < H) {
        split_row<T>(plane + h * n, n, start, stride_, length, 0, (*this)[i], phase(), fresh);
      } else if (fresh) {
        for (int64_t p = 0; p < stride_; ++p) std::fill_n((*this)[i] + p * phase(), length, T(0));
      }
    }
  }
  T* operator[](int64_t row) { return rows_[row * stride_]; }
  int64_t pitch() const { return rows_.pitch() * stride_; }  // from row to row
  int64_t phase() const { return rows_.pitch(); }            // from phase to phase

 private:
  int64_t stride_;
  Rows<T> rows_;
  int64_t first_ = 0, count_ = -1, start_ = 0, length_ = 0;
};

// Tiles of the output, and the rows of x that they see.
template <class T>
class Inputs {
 public:
  Inputs(const Windows& of, const Tiles& tiles)
      : of_(of),
        rows_((tiles.rows - 1) * of.h.stride + of.h.reach(), of.w.stride,
              tiles.columns + of.w.reach() / of.w.stride + 1) {
    taps.pitch = rows_.pitch();
    for (int64_t k = 0; k < of.h.kernel; ++k) taps.row_at.push_back(k * of.h.dilation * taps.pitch);
    for (int64_t k = 0; k < of.w.kernel; ++k) {
      const int64_t at = k * of.w.dilation;
      taps.column_at.push_back(at % of.w.stride * rows_.phase() + at / of.w.stride);
    }
    taps.dense = of.h.dilation == 1;
    taps.stride = of.h.stride;
    step = taps.pitch * of.h.stride;
  }
  const T* load(const T* plane, const Tile& tile) {
    const int64_t count = (tile.h_end - tile.h_begin - 1) * of_.h.stride + of_.h.reach();
    rows_.load(plane, of_.h.in, of_.w.in, of_.h.at(tile.h_begin, 0), count, of_.w.at(tile.w_begin, 0),
               tile.columns() + (of_.w.reach() - 1) / of_.w.stride);
    return rows_[0];
  }
  Taps<T> taps;
  int64_t step;

 private:
  Windows of_;
  PaddedRows<T> rows_;
};

// The gradient to a plane of x from planes of dy, one after the other.
template <class T>
class ToInput {
 public:
  explicit ToInput(const Windows& of)
      : of_(of),
        first_(of.w.padding / of.w.stride),
        tiles_(1, 1, of.h.in, phase_length(of.w) - first_, sizeof(T)),
        margin_h_((of.h.reach() - 1) / of.h.stride),
        margin_w_(margin(of.w)),
        rows_((tiles_.rows - 1) / of.h.stride + 2 + margin_h_, 1, tiles_.columns + margin_w_),
        out_(of.w.stride == 1 ? 0 : tiles_.rows * of.w.stride, tiles_.columns) {
    for (int64_t p = 0; p < of.h.stride; ++p) {
      for (int64_t q = 0; q < of.w.stride; ++q) phases_.push_back(phase(p, q));
    }
  }

  // dx = the sum over m of what dy[m] gives by w[m].
  void operator()(const T* dy, const T* w, int64_t multiplier, T* dx) {
    for (int64_t i = 0; i < tiles_.count(); ++i) {
      const Tile tile = tiles_[i];
      for (int64_t m = 0; m < multiplier; ++m) {
        add(tile, dy + m * of_.outputs(), w + m * of_.taps(), m > 0, dx);
      }
      if (of_.w.stride == 1) continue;
      const int64_t start = (first_ + tile.w_begin) * of_.w.stride - of_.w.padding;
      const int64_t end = std::min(start + tile.columns() * of_.w.stride, of_.w.in);
      for (int64_t h = tile.h_begin; h < tile.h_end; ++h) {
        join_row(out_[(h - tile.h_begin) * of_.w.stride], out_.pitch(), start, of_.w.stride,
                 std::max<int64_t>(start, 0), end, dx + h * of_.w.in);
      }
    }
  }

 private:
  struct Phase {  // those places of x whose rows and columns leave these rests, and the taps that reach them
    Taps<T> taps;
    int64_t first_row = 0;        // that a tap reaches
    std::vector<int64_t> number;  // of each tap in w
  };

  Phase phase(int64_t p, int64_t q) {
    Phase out;
    out.taps.pitch = rows_.pitch();
    out.taps.stride = 1;
    out.taps.dense = of_.h.dilation == 1;  // the taps of a phase are `stride` apart, and so their rows neighbours
    std::vector<int64_t> ks, ls;
    for (int64_t k = of_.h.kernel - 1; k >= 0; --k) {
      if (k * of_.h.dilation % of_.h.stride == p) ks.push_back(k);
    }
    for (int64_t l = of_.w.kernel - 1; l >= 0; --l) {
      if (l * of_.w.dilation % of_.w.stride == q) ls.push_back(l);
    }
    const auto row_of = [&](int64_t k) { return (margin_h_ - k * of_.h.dilation / of_.h.stride) * rows_.pitch(); };
    if (!ks.empty()) out.first_row = row_of(ks[0]);
    for (const int64_t k : ks) {
      out.taps.row_at.push_back(row_of(k) - out.first_row);
      for (const int64_t l : ls) out.number.push_back(k * of_.w.kernel + l);
    }
    for (const int64_t l : ls) out.taps.column_at.push_back(margin_w_ - l * of_.w.dilation / of_.w.stride);
    return out;
  }

  void add(const Tile& tile, const T* dy, const T* w, bool more, T* dx) {
    const Axis& h = of_.h;
    const int64_t begin = tile.h_begin + h.padding, end = tile.h_end + h.padding;  // places as taps count them
    const int64_t row = begin / h.stride - margin_h_, count = (end - 1) / h.stride - row + 1;
    rows_.load(dy, h.out, of_.w.out, row, count, first_ + tile.w_begin - margin_w_, tile.columns() + margin_w_);
    for (int64_t p = 0; p < h.stride; ++p) {
      const int64_t first = begin + ((p - begin) % h.stride + h.stride) % h.stride;  // the first place of this rest
      if (first >= end) continue;
      const int64_t n = (end - 1 - first) / h.stride + 1, local = first - begin;
      const T* from = rows_[first / h.stride - margin_h_ - row];
      for (int64_t q = 0; q < of_.w.stride; ++q) {
        Phase& phase = phases_[p * of_.w.stride + q];
        weights_.clear();
        for (const int64_t number : phase.number) weights_.push_back(w[number]);
        Target<T> to{nullptr, 0, 0, more};
        if (of_.w.stride == 1) {
          to.y = dx + (tile.h_begin + local) * of_.w.in + tile.w_begin;
          to.step = h.stride * of_.w.in;
        } else {
          to.y = out_[local * of_.w.stride + q];
          to.step = h.stride * of_.w.stride * out_.pitch();
        }
        depthwise_rows::convolve(from + phase.first_row, rows_.pitch(), phase.taps, weights_.data(), to, n,
                                 tile.columns());
      }
    }
  }

  Windows of_;
  int64_t first_;  // columns of a phase before it are padding
  Tiles tiles_;
  int64_t margin_h_, margin_w_;
  PaddedRows<T> rows_;
  Rows<T> out_;
  std::vector<Phase> phases_;
  std::vector<T> weights_;
};

// ---- Planes read where they lie ----

bool is_dense(const Depthwise& of) {
  return of.stride_h == 1 && of.stride_w == 1 && of.dilation_h == 1 && of.dilation_w == 1;
}

// Several kernels that meet a plane repay a copy of it, with its borders: no vector is read in part then.
constexpr int64_t kKernelsWorthCopying = 4;

template <class T, int KH, int KW>
void dense_forward(const Depthwise& of, const T* x, const T* w, const T* b, T* y) {
  const Tiles tiles(of.N * of.C, 1, of.OH, of.OW, sizeof(T));
  const bool copies = of.multiplier >= kKernelsWorthCopying;
  parallel_for(tiles.count(), tiles.grain(KH * KW * of.multiplier / 4 + 1), [&](int64_t begin, int64_t end) {
    std::optional<Inputs<T>> inputs;
    if (copies) inputs.emplace(windows_of(of), tiles);
    for (int64_t i = begin; i < end; ++i) {
      const Tile tile = tiles[i];
      depthwise_dense::Plane<T> plane{x + tile.m * of.H * of.W, of.H, of.W, tile.h_begin - of.padding_h,
                                      tile.w_begin - of.padding_w};
      const int64_t rows = tile.h_end - tile.h_begin;
      if (copies) plane = {inputs->load(plane.data, tile), rows + KH - 1, inputs->taps.pitch, 0, 0};
      for (int64_t m = 0; m < of.multiplier; ++m) {
        const int64_t channel = tile.m % of.C * of.multiplier + m;
        T* to = y + ((tile.m * of.multiplier + m) * of.OH + tile.h_begin) * of.OW + tile.w_begin;
        depthwise_dense::convolve<T, KH, KW>(plane, w + channel * KH * KW, {to, of.OW, b ? b[channel] : T(0), false},
                                             rows, tile.columns());
      }
    }
  });
}

// The same, of dy, by a kernel turned round.
template <class T, int KH, int KW>
void dense_input_gradient(const Depthwise& of, const T* dy, const T* w, T* dx) {
  const Tiles tiles(of.N * of.C, 1, of.H, of.W, sizeof(T));
  const auto make = [=](const Tile& tile) {
    for (int64_t m = 0; m < of.multiplier; ++m) {
      const T* kernel = w + (tile.m % of.C * of.multiplier + m) * KH * KW;
      T turned[KH * KW];
      std::reverse_copy(kernel, kernel + KH * KW, turned);
      const depthwise_dense::Plane<T> plane{dy + (tile.m * of.multiplier + m) * of.OH * of.OW, of.OH, of.OW,
                                            tile.h_begin + of.padding_h - (KH - 1),
                                            tile.w_begin + of.padding_w - (KW - 1)};
      T* to = dx + (tile.m * of.H + tile.h_begin) * of.W + tile.w_begin;
      depthwise_dense::convolve<T, KH, KW>(plane, turned, {to, of.W, T(0), m > 0}, tile.h_end - tile.h_begin,
                                           tile.columns());
    }
  };
  parallel_for(tiles.count(), tiles.grain(KH * KW * of.multiplier / 4 + 1), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) make(tiles[i]);
  });
}

// ---- Planes copied to a scratch ----

template <class T>
void copied_forward(const Depthwise& of, const T* x, const T* w, const T* b, T* y) {
  const Windows windows = windows_of(of);
  const Tiles tiles(of.N * of.C, 1, of.OH, of.OW, sizeof(T) * of.stride_h * of.stride_w);
  parallel_for(tiles.count(), tiles.grain(windows.taps() * of.multiplier / 4 + 1), [&](int64_t begin, int64_t end) {
    Inputs<T> inputs(windows, tiles);
    for (int64_t i = begin; i < end; ++i) {
      const Tile tile = tiles[i];
      const T* rows = inputs.load(x + tile.m * of.H * of.W, tile);
      for (int64_t m = 0; m < of.multiplier; ++m) {
        const int64_t channel = tile.m % of.C * of.multiplier + m, plane = tile.m * of.multiplier + m;
        const Target<T> to{y + (plane * of.OH + tile.h_begin) * of.OW + tile.w_begin, of.OW, b ? b[channel] : T(0),
                           false};
        depthwise_rows::convolve(rows, inputs.step, inputs.taps, w + channel * windows.taps(), to,
                                 tile.h_end - tile.h_begin, tile.columns());
      }
    }
  });
}

template <class T>
void copied_input_gradient(const Depthwise& of, const T* dy, const T* w, T* dx) {
  const Windows windows = windows_of(of);
  const int64_t work = windows.outputs() * of.multiplier * (windows.taps() / 4 + 1);
  parallel_for(
      of.N * of.C, std::max<int64_t>(kElementGrain / std::max<int64_t>(work, 1), 1), [&](int64_t begin, int64_t end) {
        ToInput<T> to_input(windows);
        for (int64_t plane = begin; plane < end; ++plane) {
          to_input(dy + plane * of.multiplier * windows.outputs(), w + plane % of.C * of.multiplier * windows.taps(),
                   of.multiplier, dx + plane * windows.inputs());
        }
      });
}

// ---- The gradient to weights, by either ----

template <class T>
void weight_gradient(const Depthwise& of, const T* dy, const T* x, T* dw) {
  const Windows windows = windows_of(of);
  const Tiles tiles(1, 1, of.OH, of.OW, sizeof(T) * of.stride_h * of.stride_w);
  const int64_t taps = windows.taps(), sums = of.multiplier * taps;  // of a channel
  const int64_t kParts = 256;  // of all channels together, enough for many threads
  const int64_t images =
      pieces_of(of.N, std::clamp<int64_t>(kParts / std::max<int64_t>(of.C, 1), 1, std::max<int64_t>(of.N, 1)));
  const int64_t parts = pieces_of(of.N, images);
  std::vector<double> partial(of.C * parts * sums);
  const int64_t work = images * windows.outputs() * of.multiplier * (taps / 4 + 1);
  // add(inputs, plane of x, plane of dy, tile, own): one tile's products, added to a kernel's sums.
  const auto run = [&](auto make_inputs, auto add) {
    parallel_for(of.C * parts, std::max<int64_t>(kElementGrain / std::max<int64_t>(work, 1), 1),
                 [&](int64_t begin, int64_t end) {
                   auto inputs = make_inputs();
                   for (int64_t i = begin; i < end; ++i) {
                     const int64_t c = i / parts, part = i % parts;
                     for (int64_t n = part * images; n < std::min(of.N, (part + 1) * images); ++n) {
                       const int64_t plane = n * of.C + c;
                       for (int64_t t = 0; t < tiles.count(); ++t) {
                         const Tile tile = tiles[t];
                         const T* g =
                             dy + plane * of.multiplier * windows.outputs() + tile.h_begin * of.OW + tile.w_begin;
                         add(inputs, x + plane * windows.inputs(), g, tile, partial.data() + i * sums);
                       }
                     }
                   }
                 });
  };
  const bool dense =
      is_dense(of) && depthwise_dense::for_kernel<T>(of.KH, of.KW, [&]<int KH, int KW>() {
        run([] { return 0; },
            [&](int, const T* from, const T* g, const Tile& tile, double* own) {
              const depthwise_dense::Plane<T> plane{from, of.H, of.W, tile.h_begin - of.padding_h,
                                                    tile.w_begin - of.padding_w};
              for (int64_t m = 0; m < of.multiplier; ++m) {
                depthwise_dense::products<T, KH, KW>(plane, g + m * windows.outputs(), of.OW, tile.h_end - tile.h_begin,
                                                     tile.columns(), own + m * taps);
              }
            });
      });
  if (!dense) {
    run([&] { return Inputs<T>(windows, tiles); },
        [&](Inputs<T>& inputs, const T* from, const T* g, const Tile& tile, double* own) {
          const T* rows = inputs.load(from, tile);
          for (int64_t m = 0; m < of.multiplier; ++m) {
            depthwise_rows::products(rows, inputs.step, inputs.taps, g + m * windows.outputs(), of.OW,
                                     tile.h_end - tile.h_begin, tile.columns(), own + m * taps);
          }
        });
  }
  for (int64_t c = 0; c < of.C; ++c) {
    for (int64_t s = 0; s < sums; ++s) {
      double total = 0;
      for (int64_t part = 0; part < parts; ++part) total += partial[(c * parts + part) * sums + s];
      dw[c * sums + s] = static_cast<T>(total);
    }
  }
}

}  // namespace

void depthwise(DType dtype, const Depthwise& of, const void* x_, const void* w_, const void* b_, void* y_) {
  visit_floating(dtype, [&]<class T>() {
    const T *x = static_cast<const T*>(x_), *w = static_cast<const T*>(w_), *b = static_cast<const T*>(b_);
    T* y = static_cast<T*>(y_);
    const auto dense = [&]<int KH, int KW>() { dense_forward<T, KH, KW>(of, x, w, b, y); };
    if (!is_dense(of) || !depthwise_dense::for_kernel<T>(of.KH, of.KW, dense)) copied_forward(of, x, w, b, y);
  });
}

void depthwise_input_gradient(DType dtype, const Depthwise& of, const void* dy_, const void* w_, void* dx_) {
  visit_floating(dtype, [&]<class T>() {
    const T *dy = static_cast<const T*>(dy_), *w = static_cast<const T*>(w_);
    T* dx = static_cast<T*>(dx_);
    const auto dense = [&]<int KH, int KW>() { dense_input_gradient<T, KH, KW>(of, dy, w, dx); };
    if (!is_dense(of) || !depthwise_dense::for_kernel<T>(of.KH, of.KW, dense)) copied_input_gradient(of, dy, w, dx);
  });
}

void depthwise_weight_gradient(DType dtype, const Depthwise& of, const void* dy, const void* x, void* dw) {
  visit_floating(dtype, [&]<class T>() {
    weight_gradient(of, static_cast<const T*>(dy), static_cast<const T*>(x), static_cast<T*>(dw));
  });
}

}  // namespace dlcore::kernels
