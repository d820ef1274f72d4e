// The gradients of queries, keys and values in one pass over the tiles, five products each: scores and dp again, then
//   dv += p^T dy    dk += ds^T q    dq += ds k.
//
// A piece of work is a part of the keys of one pair, panel by panel: the gradients of a panel's keys stay in the second
// cache while all queries pass by, and those of the queries are gathered in memory, one array a piece, which are added
// in order at the end. Where there are few pairs, the panels of one are dealt out to more parts, to give threads work;
// sizes alone decide. On a graph a part takes bands of queries instead, and gathers the gradients of all keys.
#include "core/parallel.h"
#include "kernels/attention/few_queries.h"
#include "kernels/attention/gradient.h"
#include "kernels/math.h"

namespace dlcore::kernels {
namespace {

// Keys of a panel: with values and the gradients of both 512 KB of float32 at D = 64; or half of it, for more pieces.
constexpr int64_t kPanelKeys = 512;
// Parts of all pairs together: for the threads of a desktop, and with an array (Tq, D) each, 32 MB at Tq = 16384.
constexpr int64_t kParts = 8;

template <class T>
struct Outputs {
  T* dq;            // of this piece, (group, bands, D, lanes), or (D, lanes) of a graph
  T *dk, *dv;       // of all pieces of a graph, (pairs, parts, Tk, D or Dv)
  double *dw, *dr;  // (pairs, parts, D) and (pairs, parts, group, 2 reach + 1)
};

template <class T>
class Backward {
 public:
  static constexpr int kLanes = ScoreGradient<T>::kLanes;

  Backward(const Attention& of, const AttentionRows& dy, const T* stat, const T* delta, const AttentionGradients& to,
           int64_t panel, int64_t parts, const Outputs<T>& outputs)
      : of_(of),
        to_(to),
        out_(outputs),
        panel_(panel),
        parts_(parts),
        bands_(pieces_of(of.Tq, kLanes)),
        score_(of, dy, stat, delta),
        dk_(panel * outer_row<T>(of.D)),
        dv_(panel * outer_row<T>(of.Dv)),
        tanhs_(of.score_weight ? of.D * kLanes : 0) {}

  // The keys of panels part, part + parts, ...
  void run(int64_t pair, int64_t part) {
    const int64_t piece = pair * parts_ + part;
    for (int64_t from = part * panel_; from < of_.Tk; from += parts_ * panel_) {
      const int64_t to = std::min(of_.Tk, from + panel_);
      std::fill_n(static_cast<T*>(dk_), (to - from) * outer_row<T>(of_.D), T(0));
      std::fill_n(static_cast<T*>(dv_), (to - from) * outer_row<T>(of_.Dv), T(0));
      for (int64_t g = 0; g < of_.group; ++g) {
        for (int64_t b = 0; b < bands_; ++b) {
          const Band<T> band = score_.place(pair * of_.group + g, b * kLanes);
          const int64_t first = std::max(from, band.begin), last = std::min(to, band.end);
          if (first >= last) continue;
          score_.enter(band);
          T* dq = !to_.dq ? nullptr : out_.dq + (g * bands_ + b) * of_.D * kLanes;
          for (int64_t key = first; key < last; key += kTileKeys)
            add(piece, g, from, key, static_cast<int>(std::min<int64_t>(kTileKeys, last - key)), dq);
        }
      }
      write_panel(pair, from, to);
    }
  }

  // Bands part, part + parts, ... of a graph.
  void run_graph(int64_t pair, int64_t part) {
    const int64_t piece = pair * parts_ + part;
    for (int64_t i = part; i < of_.group * bands_; i += parts_) {
      const int64_t g = i / bands_;
      score_.enter(score_.place(pair * of_.group + g, i % bands_ * kLanes));
      const Band<T>& band = score_.band;
      T* dq = out_.dq;
      std::fill_n(dq, to_.dq ? of_.D * kLanes : 0, T(0));
      for (int64_t place = 0; place < band.end; place += kTileKeys)
        add_edges(piece, g, place, static_cast<int>(std::min<int64_t>(kTileKeys, band.end - place)), dq);
      if (to_.dq) write_queries(dq, band.item, band.first, band.count);
    }
  }

  void write_queries(const T* dq, int64_t item, int64_t first, int count) const {
    T factor[kLanes];
    std::fill_n(factor, kLanes, scale());
    from_lanes(dq, kLanes, count, of_.D, factor, static_cast<T*>(to_.dq) + (item * of_.Tq + first) * of_.D, of_.D);
  }

  T scale() const { return of_.score_weight ? T(1) : static_cast<T>(of_.scale); }

 private:
  void add(int64_t piece, int64_t g, int64_t panel, int64_t key, int keys, T* dq) {
    if (!score_.compute(key, keys)) return;
    const Band<T>& band = score_.band;
    const int64_t k_row = outer_row<T>(of_.D), v_row = outer_row<T>(of_.Dv);
    if (to_.dv)
      outer<T>(score_.p(), kLanes, keys, band.count, score_.dy_rows.data, score_.dy_rows.stride, of_.Dv,
               dv_ + (key - panel) * v_row, v_row);
    if (to_.dr) add_relative(piece, g, key, keys);
    if (of_.score_weight) {
      const AdditiveGradients<T> to{to_.dq ? dq : nullptr, to_.dk ? dk_ + (key - panel) * k_row : nullptr, k_row,
                                    to_.dw ? out_.dw + piece * of_.D : nullptr};
      if (to.dy || to.dx || to.dw)
        additive_backward<T>(score_.ds(), score_.tile.row(of_.k, band.pair, key), of_.k.stride, keys, of_.D,
                             static_cast<const T*>(of_.score_weight), band.lanes, kLanes, tanhs_, to);
      return;
    }
    if (to_.dk)
      outer<T>(score_.ds(), kLanes, keys, band.count, score_.q_rows.data, score_.q_rows.stride, of_.D,
               dk_ + (key - panel) * k_row, k_row);
    if (to_.dq) score_.tile.add_rows(band, of_.k, of_.D, key, keys, score_.ds(), dq);
  }

  void add_relative(int64_t piece, int64_t g, int64_t key, int keys) {
    T along[kTileKeys + kLanes] = {};
    for (int r = 0; r < keys; ++r) {
      T* to = along + keys - 1 - r;
      const T* ds = score_.ds() + r * kLanes;
      for (int lane = 0; lane < kLanes; ++lane) to[lane] += ds[lane];
    }
    double* dr = out_.dr + (piece * of_.group + g) * (2 * of_.relative.reach + 1);
    for (int u = 0; u < keys + kLanes; ++u) dr[score_.tile.relative_index(score_.band, key, keys, u)] += along[u];
  }

  void add_edges(int64_t piece, int64_t g, int64_t place, int places, T* dq) {
    if (!score_.compute(place, places)) return;
    const Band<T>& band = score_.band;
    if (to_.dq && !of_.score_weight) score_.tile.add_rows(band, of_.k, of_.D, place, places, score_.ds(), dq);
    for (int lane = 0; lane < band.count; ++lane) {
      for (int p = 0; p < places; ++p) {
        const int64_t j = score_.tile.neighbour(p, lane);
        if (j < 0) continue;
        const T weight = score_.p()[p * kLanes + lane], ds = score_.ds()[p * kLanes + lane];
        if (to_.dv)
          add_scaled(weight, score_.dy_rows.data + lane * score_.dy_rows.stride, of_.Dv,
                     out_.dv + (piece * of_.Tk + j) * of_.Dv);
        if (to_.dr)
          out_.dr[(piece * of_.group + g) * (2 * of_.relative.reach + 1) +
                  std::clamp<int64_t>(j - band.first - lane + of_.relative.reach, 0, 2 * of_.relative.reach)] += ds;
        if (ds == 0) continue;
        if (of_.score_weight) {
          add_additive_edge(piece, j, lane, ds, dq);
        } else if (to_.dk) {
          add_scaled(ds, score_.q_rows.data + lane * score_.q_rows.stride, of_.D,
                     out_.dk + (piece * of_.Tk + j) * of_.D);
        }
      }
    }
  }

  void add_additive_edge(int64_t piece, int64_t j, int lane, T ds, T* dq) {
    const T *q = score_.q_rows.data + lane * score_.q_rows.stride, *k = score_.tile.row(of_.k, score_.band.pair, j);
    const T* w = static_cast<const T*>(of_.score_weight);
    for (int64_t d = 0; d < of_.D; ++d) {
      const T t = math::tanh(q[d] + k[d]), inner = ds * w[d] * (1 - t * t);
      if (to_.dq) dq[d * kLanes + lane] += inner;
      if (to_.dk) out_.dk[(piece * of_.Tk + j) * of_.D + d] += inner;
      if (to_.dw) out_.dw[piece * of_.D + d] += ds * t;
    }
  }

  static void add_scaled(T a, const T* x, int64_t n, T* y) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] += a * x[i];
  }

  void write_panel(int64_t pair, int64_t from, int64_t to) const {
    const auto write = [&](const T* panel, int64_t D, T factor, void* all) {
      if (!all) return;
      T* y = static_cast<T*>(all) + (pair * of_.Tk + from) * D;
      for (int64_t i = 0; i < to - from; ++i) {
        for (int64_t d = 0; d < D; ++d) y[i * D + d] = panel[i * outer_row<T>(D) + d] * factor;
      }
    };
    write(dk_, of_.D, scale(), to_.dk);
    write(dv_, of_.Dv, T(1), to_.dv);
  }

  const Attention& of_;
  const AttentionGradients& to_;
  const Outputs<T> out_;
  const int64_t panel_, parts_, bands_;
  ScoreGradient<T> score_;
  const Scratch<T> dk_, dv_, tanhs_;
};

// y[i] = factor times the sum of x[part, i] over the parts.
template <class T, class From>
void add_parts(const From* x, int64_t parts, int64_t n, T factor, T* y) {
  parallel_for(n, kElementGrain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      From sum = 0;
      for (int64_t part = 0; part < parts; ++part) sum += x[part * n + i];
      y[i] = static_cast<T>(sum) * factor;
    }
  });
}

template <class T>
class Zeros : public Scratch<T> {
 public:
  explicit Zeros(int64_t n) : Scratch<T>(n) { std::fill_n(static_cast<T*>(*this), n, T(0)); }
};

template <class T>
void run(const Attention& of, const AttentionRows& dy, const T* y, const T* stat, const AttentionGradients& to) {
  const Scratch<T> delta(of.items() * of.Tq);
  deltas<T>(of, dy, y, delta);
  if (are_few(of)) return attend_backward_one_by_one<T>(of, dy, stat, delta, to);
  constexpr int kLanes = Backward<T>::kLanes;
  const bool graph = of.graph.indptr;
  const int64_t bands = pieces_of(of.Tq, kLanes), width = 2 * of.relative.reach + 1;
  const int64_t panel = of.pairs * pieces_of(of.Tk, kPanelKeys) < kParts ? kPanelKeys / 2 : kPanelKeys;
  const int64_t most = graph ? of.group * bands : pieces_of(of.Tk, panel);
  const int64_t parts =
      std::clamp<int64_t>(pieces_of(kParts, std::max<int64_t>(of.pairs, 1)), 1, std::max<int64_t>(most, 1));
  const int64_t pieces = of.pairs * parts, band_size = of.D * kLanes, item_size = bands * band_size;

  const Zeros<double> dw(to.dw ? pieces * of.D : 0), dr(to.dr ? pieces * of.group * width : 0);
  const Zeros<T> dk(graph && to.dk ? pieces * of.Tk * of.D : 0), dv(graph && to.dv ? pieces * of.Tk * of.Dv : 0);
  const bool shared = !graph && to.dq && parts > 1;
  const Zeros<T> all_dq(shared ? pieces * of.group * item_size : graph ? pieces * band_size : 0);

  parallel_for(pieces, 1, [&](int64_t begin, int64_t end) {
    const int64_t own = !graph && to.dq && !shared ? of.group * item_size : 0;
    const Scratch<T> own_dq(own);
    for (int64_t piece = begin; piece < end; ++piece) {
      const int64_t pair = piece / parts, part = piece % parts;
      std::fill_n(static_cast<T*>(own_dq), own, T(0));
      T* dq = own ? own_dq : to.dq ? all_dq + piece * (graph ? band_size : of.group * item_size) : nullptr;
      Backward<T> backward(of, dy, stat, delta, to, panel, parts, {dq, dk, dv, dw, dr});
      graph ? backward.run_graph(pair, part) : backward.run(pair, part);
      for (int64_t b = 0; own && b < of.group * bands; ++b) {
        const int64_t first = b % bands * kLanes;
        backward.write_queries(own_dq + b * band_size, pair * of.group + b / bands, first,
                               static_cast<int>(std::min<int64_t>(kLanes, of.Tq - first)));
      }
    }
  });

  if (shared) {
    parallel_for(of.items() * bands, 1, [&](int64_t begin, int64_t end) {
      T factor[kLanes];
      std::fill_n(factor, kLanes, of.score_weight ? T(1) : static_cast<T>(of.scale));
      for (int64_t i = begin; i < end; ++i) {
        const int64_t item = i / bands, b = i % bands, first = b * kLanes, pair = item / of.group;
        const int64_t stride = of.group * item_size;
        T* sum = all_dq + pair * parts * stride + item % of.group * item_size + b * band_size;
        for (int64_t part = 1; part < parts; ++part) {
          for (int64_t j = 0; j < band_size; ++j) sum[j] += sum[part * stride + j];
        }
        from_lanes<T>(sum, kLanes, static_cast<int>(std::min<int64_t>(kLanes, of.Tq - first)), of.D, factor,
                      static_cast<T*>(to.dq) + (item * of.Tq + first) * of.D, of.D);
      }
    });
  }
  for (int64_t pair = 0; pair < of.pairs; ++pair) {
    const T scale = of.score_weight ? T(1) : static_cast<T>(of.scale);
    const int64_t k = of.Tk * of.D, v = of.Tk * of.Dv, r = of.group * width, at = pair * parts;
    if (graph && to.dk) add_parts(dk + at * k, parts, k, scale, static_cast<T*>(to.dk) + pair * k);
    if (graph && to.dv) add_parts(dv + at * v, parts, v, T(1), static_cast<T*>(to.dv) + pair * v);
    if (to.dr) add_parts(dr + at * r, parts, r, T(1), static_cast<T*>(to.dr) + pair * r);
  }
  if (to.dw) add_parts(static_cast<double*>(dw), pieces, of.D, T(1), static_cast<T*>(to.dw));
}

}  // namespace

void attention_backward(DType dtype, const Attention& of, const AttentionRows& dy, const void* y, const void* stat,
                        const AttentionGradients& gradients) {
  visit_floating(dtype,
                 [&]<class T>() { run(of, dy, static_cast<const T*>(y), static_cast<const T*>(stat), gradients); });
}

}  // namespace dlcore::kernels
