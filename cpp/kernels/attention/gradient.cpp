#include "kernels/attention/gradient.h"

#include "core/parallel.h"
#include "kernels/attention/weights.h"

namespace dlcore::kernels {
namespace {

using namespace simd;

}  // namespace

template <class T>
ScoreGradient<T>::ScoreGradient(const Attention& of, const AttentionRows& dy, const T* stat, const T* delta)
    : tile(of, kLanes),
      of_(of),
      dy_(dy),
      stat_of_(stat),
      delta_of_(delta),
      q_lanes_(of.D * kLanes),
      q_rows_(outer_row<T>(of.D) * kLanes),
      dy_lanes_(of.Dv * kLanes),
      dy_rows_(outer_row<T>(of.Dv) * kLanes),
      ds_(kTileKeys * kLanes),
      kept_(of.dropout > 0 ? kTileKeys * kLanes : 0),
      stat_(kLanes),
      delta_(kLanes) {}

template <class T>
void ScoreGradient<T>::enter(const Band<T>& entered) {
  band = entered;
  tile.turn(band, q_lanes_);
  const int64_t at = band.item * of_.Tq + band.first;
  const T none = of_.relu ? T(0) : math::kInfinity<T>;
  for (int lane = 0; lane < kLanes; ++lane) {
    stat_[lane] = lane < band.count ? stat_of_[at + lane] : none;
    delta_[lane] = lane < band.count && !of_.relu ? delta_of_[at + lane] : T(0);
  }
  // Rows that are whole, and none of them without keys, are read where they lie.
  bool any_empty = false;
  for (int lane = 0; lane < band.count; ++lane) any_empty |= stat_[lane] == none;
  const auto rows = [&](const T* x, int64_t x_row, int64_t D, T* copy) -> Rows {
    if (!any_empty && D == outer_row<T>(D)) return {x, x_row};
    for (int i = 0; i < band.count; ++i) {
      T* y = copy + i * outer_row<T>(D);
      const int64_t n = stat_[i] == none ? 0 : D;
      std::copy_n(x + i * x_row, n, y);
      std::fill(y + n, y + outer_row<T>(D), T(0));
    }
    return {copy, outer_row<T>(D)};
  };
  q_rows = rows(band.rows, of_.q.stride, of_.D, q_rows_);
  dy_rows = rows(tile.row(dy_, band.item, band.first), dy_.stride, of_.Dv, dy_rows_);
  if (!of_.graph.indptr) to_lanes<T>(dy_rows.data, dy_rows.stride, band.count, of_.Dv, T(1), dy_lanes_, kLanes);
}

template <class T>
bool ScoreGradient<T>::compute(int64_t key, int keys) {
  if (!tile.compute(band, key, keys)) return false;
  tile.products(band, of_.v, of_.Dv, key, keys, dy_rows.data, dy_rows.stride, dy_lanes_, ds_);
  if (of_.dropout > 0) {
    tile.draw(band, key, keys, kept_);
    weigh(keys, [&](Vector<T> x, int at) { return x * load<T>(kept_ + at); });
  } else {
    weigh(keys, [](Vector<T> x, int) { return x; });
  }
  return true;
}

template <class T>
template <class Dropped>
void ScoreGradient<T>::weigh(int keys, const Dropped& dropped) {
  const Vector<T> zero{};
  for (int lane = 0; lane < kLanes; lane += kWidth<T>) {
    const Vector<T> stat = load<T>(stat_ + lane), delta = load<T>(delta_ + lane);
    const auto down = [&](const auto& weigh_one) {
      for (int at = lane; at < keys * kLanes; at += kLanes) {
        T *s = tile.s + at, *ds = ds_ + at;
        const auto [p, g] = weigh_one(load(s), dropped(load(ds), at));
        store<T>(s, dropped(p, at));
        store<T>(ds, g);
      }
    };
    if (of_.relu) {
      down([&](Vector<T> x, Vector<T> dp) {
        return std::pair{choose<T>(x <= T(0), zero, x * stat), choose<T>(x <= T(0), zero, dp * stat)};
      });
    } else {
      const Exp2Below<T> exp(zero);
      down([&](Vector<T> x, Vector<T> dp) {
        const Vector<T> p = exp(x - stat);
        return std::pair{p, choose<T>(p == T(0), zero, p * (dp - delta))};
      });
    }
  }
}

template <class T>
void deltas(const Attention& of, const AttentionRows& dy, const T* y, T* delta) {
  if (of.relu) return;
  parallel_for(of.items() * of.Tq, std::max<int64_t>(1, kElementGrain / (of.Dv + 1)), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t item = i / of.Tq, t = i % of.Tq;
      const T *a = static_cast<const T*>(dy.data) + dy.at[item] + t * dy.stride, *b = y + i * of.Dv;
      Vector<T> total{};
      int64_t d = 0;
      for (; d + kWidth<T> <= of.Dv; d += kWidth<T>) total += load(a + d) * load(b + d);
      if (d < of.Dv) total += load_part(a + d, of.Dv - d) * load_part(b + d, of.Dv - d);
      delta[i] = sum<T>(total);
    }
  });
}

template class ScoreGradient<float>;
template class ScoreGradient<double>;
template void deltas(const Attention&, const AttentionRows&, const float*, float*);
template void deltas(const Attention&, const AttentionRows&, const double*, double*);

}  // namespace dlcore::kernels
