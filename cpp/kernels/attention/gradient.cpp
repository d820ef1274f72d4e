#include "kernels/attention/gradient.h"

#include "core/parallel.h"
#include "kernels/attention/weights.h"

namespace dlcore::kernels {
namespace {

using namespace simd;

// Rows of x, padded with zeros; all zero where `empty`.
template <class T, class Empty>
void copy_rows(const T* x, int64_t x_row, int count, int64_t D, const Empty& empty, T* y) {
  const int64_t y_row = outer_row<T>(D);
  for (int i = 0; i < count; ++i) {
    const int64_t n = empty(i) ? 0 : D;
    std::copy_n(x + i * x_row, n, y + i * y_row);
    std::fill(y + i * y_row + n, y + (i + 1) * y_row, T(0));
  }
}

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
  const auto empty = [&](int lane) { return stat_[lane] == none; };
  copy_rows(band.rows, of_.q.stride, band.count, of_.D, empty, static_cast<T*>(q_rows_));
  copy_rows(tile.row(dy_, band.item, band.first), dy_.stride, band.count, of_.Dv, empty, static_cast<T*>(dy_rows_));
  if (!of_.graph.indptr)
    to_lanes<T>(dy_rows_, outer_row<T>(of_.Dv), band.count, of_.Dv, T(1), dy_lanes_, kLanes);
}

template <class T>
bool ScoreGradient<T>::compute(int64_t key, int keys) {
  if (!tile.compute(band, key, keys)) return false;
  tile.products(band, of_.v, of_.Dv, key, keys, dy_rows_, outer_row<T>(of_.Dv), dy_lanes_, ds_);
  if (of_.dropout > 0) tile.draw(band, key, keys, kept_);
  weigh(keys);
  return true;
}

template <class T>
void ScoreGradient<T>::weigh(int keys) {
  const Vector<T> zero{};
  const bool dropout = of_.dropout > 0;
  for (int lane = 0; lane < kLanes; lane += kWidth<T>) {
    const Vector<T> stat = load<T>(stat_ + lane), delta = load<T>(delta_ + lane);
    const auto down = [&](const auto& weigh_one) {
      for (int at = lane; at < keys * kLanes; at += kLanes) {
        T *s = tile.s + at, *ds = ds_ + at;
        const Vector<T> kept = dropout ? load<T>(kept_ + at) : broadcast(T(1));
        const auto [p, g] = weigh_one(load(s), load(ds) * kept);
        store<T>(s, p * kept);
        store<T>(ds, g);
      }
    };
    if (of_.relu) {
      down([&](Vector<T> x, Vector<T> dp) {
        return std::pair{choose<T>(x <= T(0), zero, x * stat), choose<T>(x <= T(0), zero, dp * stat)};
      });
    } else {
      down([&](Vector<T> x, Vector<T> dp) {
        const Vector<T> p = exp2<T>(x - stat);
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
