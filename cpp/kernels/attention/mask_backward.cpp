// The gradient of an additive mask is ds itself, summed over what the mask was broadcast to. It has a pass of its own:
// a piece of work is a tile of the mask, for which all items that share it are computed one after the other, so that
// nothing of the size of the scores is held and the order of the sum is fixed.
#include "core/parallel.h"
#include "kernels/attention/gradient.h"

namespace dlcore::kernels {
namespace {

template <class T>
class MaskBackward {
 public:
  static constexpr int kLanes = ScoreGradient<T>::kLanes;

  MaskBackward(const Attention& of, const AttentionRows& dy, const T* stat, const T* delta,
               const AttentionMaskGradient& to)
      : of_(of), to_(to), score_(of, dy, stat, delta), sums_(kTileKeys * kLanes) {}

  int64_t bands() const { return pieces_of(of_.Tq, kLanes); }
  int64_t tiles() const { return pieces_of(of_.Tk, kTileKeys); }

  // Of mask `owner`: the tile of a band and a tile of keys, or the sum over the bands or tiles it is broadcast to.
  void run(int64_t owner, int64_t band, int64_t tile) {
    const bool each_row = to_.rows > 1, each_col = to_.cols > 1;
    const int64_t bands_end = each_row ? band + 1 : bands(), tiles_end = each_col ? tile + 1 : tiles();
    const int64_t row_step = each_row ? 1 : 0, col_step = each_col ? kLanes : 0;
    std::fill_n(static_cast<double*>(sums_), kTileKeys * kLanes, 0.0);
    for (int64_t item = 0; item < of_.items(); ++item) {
      if (to_.owner[item] != owner) continue;
      for (int64_t b = band; b < bands_end; ++b) {
        const Band<T> placed = score_.place(item, b * kLanes);
        if (placed.begin == placed.end) continue;
        score_.enter(placed);
        for (int64_t t = tile; t < tiles_end; ++t) {
          const int64_t from = std::max(t * kTileKeys, placed.begin), to = std::min((t + 1) * kTileKeys, placed.end);
          if (from >= to || !score_.compute(from, static_cast<int>(to - from))) continue;
          for (int64_t key = from; key < to; ++key) {
            const T* ds = score_.ds() + (key - from) * kLanes;
            double* sum = sums_ + (key - t * kTileKeys) * col_step;
            for (int lane = 0; lane < placed.count; ++lane) sum[lane * row_step] += ds[lane];
          }
        }
      }
    }
    T* out = static_cast<T*>(to_.dmask) + owner * to_.rows * to_.cols;
    const int64_t row = each_row ? band * kLanes : 0, col = each_col ? tile * kTileKeys : 0;
    for (int64_t i = row; i < std::min(to_.rows, row + kLanes); ++i) {
      for (int64_t j = col; j < std::min<int64_t>(to_.cols, col + kTileKeys); ++j)
        out[i * to_.cols + j] = static_cast<T>(sums_[(j - col) * col_step + (i - row) * row_step]);
    }
  }

  // Of a graph: the edges of a band, or the sum over all edges.
  void run_graph(int64_t owner, int64_t band) {
    const bool each = to_.cols > 1;
    T* out = static_cast<T*>(to_.dmask) + owner * to_.cols;
    double total = 0;
    for (int64_t b = band; b < (each ? band + 1 : bands()); ++b) {
      for (int64_t place = 0; place < score_.place(0, b * kLanes).end; place += kTileKeys) {
        std::fill_n(static_cast<double*>(sums_), kTileKeys * kLanes, 0.0);
        for (int64_t item = 0; item < of_.items(); ++item) {
          if (to_.owner[item] != owner) continue;
          score_.enter(score_.place(item, b * kLanes));
          const int places = static_cast<int>(std::min<int64_t>(kTileKeys, score_.band.end - place));
          score_.compute(place, places);
          for (int i = 0; i < places * kLanes; ++i) sums_[i] += score_.ds()[i];
        }
        total += write_edges(b, place, each ? out : nullptr);
      }
    }
    if (!each && to_.cols == 1) out[0] = static_cast<T>(total);
  }

 private:
  double write_edges(int64_t band, int64_t place, T* out) const {
    double total = 0;
    for (int64_t t = band * kLanes; t < std::min(of_.Tq, (band + 1) * kLanes); ++t) {
      const int64_t first = of_.graph.indptr[t], end = of_.graph.indptr[t + 1];
      for (int64_t e = first + place; e < std::min(end, first + place + kTileKeys); ++e) {
        const double sum = sums_[(e - first - place) * kLanes + t - band * kLanes];
        total += sum;
        if (out) out[e] = static_cast<T>(sum);
      }
    }
    return total;
  }

  const Attention& of_;
  const AttentionMaskGradient& to_;
  ScoreGradient<T> score_;
  const Scratch<double> sums_;
};

}  // namespace

void attention_mask_backward(DType dtype, const Attention& of, const AttentionRows& dy, const void* y, const void* stat,
                             const AttentionMaskGradient& to) {
  visit_floating(dtype, [&]<class T>() {
    const Scratch<T> delta(of.items() * of.Tq);
    deltas<T>(of, dy, static_cast<const T*>(y), delta);
    const int64_t bands =
        to.rows > 1 || (of.graph.indptr && to.cols > 1) ? pieces_of(of.Tq, MaskBackward<T>::kLanes) : 1;
    const int64_t tiles = to.cols > 1 && !of.graph.indptr ? pieces_of(of.Tk, kTileKeys) : 1;
    parallel_for(to.count * bands * tiles, 1, [&](int64_t begin, int64_t end) {
      MaskBackward<T> backward(of, dy, static_cast<const T*>(stat), delta, to);
      for (int64_t i = begin; i < end; ++i) {
        const int64_t owner = i / (bands * tiles), band = i / tiles % bands, tile = i % tiles;
        of.graph.indptr ? backward.run_graph(owner, band) : backward.run(owner, band, tile);
      }
    });
  });
}

}  // namespace dlcore::kernels
