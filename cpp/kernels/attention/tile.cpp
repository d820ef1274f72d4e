#include "kernels/attention/tile.h"

#include <algorithm>
#include <cmath>

#include "kernels/math.h"

namespace dlcore::kernels {
namespace {

using namespace simd;

template <class T>
constexpr T kLowest = -math::kInfinity<T>;

template <class T>
T dot(const T* a, const T* b, int64_t n) {
  constexpr int kW = kWidth<T>;
  Vector<T> sum{};
  int64_t i = 0;
  for (; i + kW <= n; i += kW) sum += load(a + i) * load(b + i);
  if (i < n) sum += load_part(a + i, n - i) * load_part(b + i, n - i);
  return simd::sum<T>(sum);
}

template <class T>
T additive(const T* a, const T* b, const T* w, int64_t n) {
  T sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += w[i] * math::tanh(a[i] + b[i]);
  return sum;
}

}  // namespace

template <class T>
Tile<T>::Tile(const Attention& of_, int lanes_)
    : of(of_),
      lanes(lanes_),
      unit(of.relu ? T(1) : T(1.44269504088896340736)),
      s(kTileKeys * lanes),
      bias_(of.mask.data && !of.graph.indptr ? kTileKeys * lanes : 0),
      by_query_((kTileKeys + 1) * (lanes + 1)),
      w_(of.score_weight ? of.D : 0),
      neighbours_(of.graph.indptr ? kTileKeys * lanes : 0) {
  if (!of.score_weight) return;
  for (int64_t d = 0; d < of.D; ++d) w_[d] = static_cast<const T*>(of.score_weight)[d] * unit;
}

template <class T>
Band<T> Tile<T>::place(int64_t item, int64_t first) const {
  Band<T> band;
  band.item = item;
  band.pair = item / of.group;
  band.first = first;
  band.count = static_cast<int>(std::min<int64_t>(lanes, of.Tq - first));
  band.rows = row(of.q, item, first);
  const int64_t last = first + band.count - 1;
  if (of.graph.indptr) {
    for (int64_t t = first; t <= last; ++t) band.end = std::max(band.end, of.graph.indptr[t + 1] - of.graph.indptr[t]);
    return band;
  }
  const int64_t length = of.key_lengths ? of.key_lengths[item] : of.Tk;
  band.begin = std::max<int64_t>(0, first - of.left);
  band.end = std::min(length, last + of.right + 1);
  if (band.begin >= band.end) band.begin = band.end = 0;
  band.begin &= ~(kBlockWords - 1);
  band.shared_begin = std::max<int64_t>(0, last - of.left);
  band.shared_end = std::min(length, first + of.right + 1);
  return band;
}

template <class T>
void Tile<T>::turn(Band<T>& band, T* to) const {
  if (of.graph.indptr || band.begin == band.end) return;
  const T factor = of.score_weight ? T(1) : static_cast<T>(of.scale) * unit;
  to_lanes<T>(band.rows, of.q.stride, band.count, of.D, factor, to, lanes);
  band.lanes = to;
}

template <class T>
bool Tile<T>::compute(const Band<T>& band, int64_t key, int keys) {
  if (of.graph.indptr) {
    partial = true;
    find_neighbours(band, key, keys);
    const T scale = of.score_weight ? T(1) : static_cast<T>(of.scale) * unit;
    for (int place = 0; place < keys; ++place) {
      for (int lane = 0; lane < lanes; ++lane) {
        const int64_t j = neighbour(place, lane);
        T& score = s[place * lanes + lane] = kLowest<T>;
        if (j < 0) continue;
        const T *q = band.rows + lane * of.q.stride, *k = row(of.k, band.pair, j);
        score = of.score_weight ? additive<T>(q, k, w_, of.D) : dot(q, k, of.D) * scale;
      }
    }
    add_to_edges(band, key, keys);
    return true;
  }
  const Left left = of.mask.data ? read_mask(band, key, keys) : Left::kAll;
  if (left == Left::kNone) return false;
  const T* k = row(of.k, band.pair, key);
  if (of.score_weight) {
    additive_scores<T>(k, of.k.stride, keys, of.D, w_, band.lanes, lanes, s);
  } else {
    scores<T>(k, of.k.stride, keys, of.D, band.lanes, lanes, s);
  }
  partial = left == Left::kSome;
  if (of.mask.data && (partial || !of.mask.boolean)) add_mask(keys);
  if (of.relative.data) add_relative(band, key, keys);
  if (key < band.shared_begin || key + keys > band.shared_end) {
    partial = true;
    cut_window(band, key, keys);
  }
  return true;
}

// Reads a row of the mask per query, as numbers to add, and turns it.
template <class T>
auto Tile<T>::read_mask(const Band<T>& band, int64_t key, int keys) -> Left {
  const auto& mask = of.mask;
  const int64_t at = mask.at[band.item] + band.first * mask.row + key * mask.col;
  const int rows = mask.row == 0 ? 1 : band.count;
  int64_t hidden = 0;
  for (int i = 0; i < rows; ++i) {
    T* to = by_query_ + i * kTileKeys;
    int count = 0;
    if (mask.boolean) {
      const uint8_t* from = static_cast<const uint8_t*>(mask.data) + at + i * mask.row;
      for (int j = 0; j < keys; ++j) {
        const bool on = from[j * mask.col] != 0;
        to[j] = on ? T(0) : kLowest<T>;
        count += !on;
      }
    } else {
      const T* from = static_cast<const T*>(mask.data) + at + i * mask.row;
      for (int j = 0; j < keys; ++j) {
        to[j] = from[j * mask.col] * unit;
        count += to[j] == kLowest<T>;
      }
    }
    hidden += count;
  }
  if (hidden == int64_t{rows} * keys) return Left::kNone;
  if (mask.row == 0) {
    for (int j = 0; j < keys; ++j) std::fill_n(bias_ + j * lanes, lanes, by_query_[j]);
  } else {
    to_lanes<T>(by_query_, kTileKeys, rows, keys, T(1), bias_, lanes);
    // Lanes without a query attend to nothing either, or a NaN that queries do not see would be in their weights.
    for (int j = 0; j < keys && hidden && rows < lanes; ++j)
      std::fill(bias_ + j * lanes + rows, bias_ + (j + 1) * lanes, kLowest<T>);
  }
  return hidden ? Left::kSome : Left::kAll;
}

template <class T>
void Tile<T>::add_mask(int keys) {
  const Vector<T> lowest = broadcast(kLowest<T>);
  for (int i = 0; i < keys * lanes; i += kWidth<T>) {
    const Vector<T> b = simd::load<T>(bias_ + i);
    store<T>(s + i, choose<T>(b == lowest, lowest, simd::load<T>(s + i) + b));
  }
}

template <class T>
void Tile<T>::add_relative(const Band<T>& band, int64_t key, int keys) {
  const T* table = static_cast<const T*>(of.relative.data) + of.relative.at[band.item];
  T* along = by_query_;
  for (int u = 0; u < keys + lanes; ++u) along[u] = table[relative_index(band, key, keys, u)] * unit;
  for (int r = 0; r < keys; ++r) {
    const T* from = along + keys - 1 - r;
    for (int lane = 0; lane < lanes; ++lane) s[r * lanes + lane] += from[lane];
  }
}

// Key j is attended to by the queries j - right ... j + left: a run of lanes.
template <class T>
void Tile<T>::cut_window(const Band<T>& band, int64_t key, int keys) {
  using Lane = std::conditional_t<sizeof(T) == 4, int32_t, int64_t>;
  const int64_t length = of.key_lengths ? of.key_lengths[band.item] : of.Tk;
  for (int r = 0; r < keys; ++r) {
    const int64_t j = key + r;
    const int64_t from = std::clamp<int64_t>(j - of.right - band.first, 0, lanes);
    const int64_t to = j < length ? std::clamp<int64_t>(j + of.left + 1 - band.first, 0, band.count) : 0;
    if (from == 0 && to == lanes) continue;
    T* row = s + r * lanes;
    for (Lane lane = 0; lane < lanes; ++lane)
      row[lane] = (lane >= static_cast<Lane>(from)) & (lane < static_cast<Lane>(to)) ? row[lane] : kLowest<T>;
  }
}

template <class T>
void Tile<T>::find_neighbours(const Band<T>& band, int64_t place, int places) {
  for (int p = 0; p < places; ++p) {
    for (int lane = 0; lane < lanes; ++lane) {
      int64_t& found = neighbours_[p * lanes + lane] = -1;
      if (lane >= band.count) continue;
      const int64_t t = band.first + lane, e = edge(band, place + p, lane);
      if (e >= of.graph.indptr[t + 1]) continue;
      const int64_t j = of.graph.indices[e];
      if (j < t - of.left || j > t + of.right || (of.key_lengths && j >= of.key_lengths[band.item])) continue;
      if (of.mask.data && of.mask.boolean &&
          !static_cast<const uint8_t*>(of.mask.data)[of.mask.at[band.item] + e * of.mask.col])
        continue;
      found = j;
    }
  }
}

template <class T>
void Tile<T>::add_to_edges(const Band<T>& band, int64_t place, int places) {
  const auto& relative = of.relative;
  const bool masked = of.mask.data && !of.mask.boolean;
  if (!relative.data && !masked) return;
  for (int p = 0; p < places; ++p) {
    for (int lane = 0; lane < band.count; ++lane) {
      const int64_t j = neighbour(p, lane);
      if (j < 0) continue;
      T b = 0;
      if (relative.data)
        b += static_cast<const T*>(
            relative.data)[relative.at[band.item] +
                           std::clamp<int64_t>(j - band.first - lane + relative.reach, 0, 2 * relative.reach)];
      if (masked)
        b += static_cast<const T*>(of.mask.data)[of.mask.at[band.item] + edge(band, place + p, lane) * of.mask.col];
      T& score = s[p * lanes + lane];
      if (b == kLowest<T>) {
        neighbours_[p * lanes + lane] = -1;
        score = kLowest<T>;
      } else {
        score += b * unit;
      }
    }
  }
}

template <class T>
void Tile<T>::draw(const Band<T>& band, int64_t key, int keys, T* kept) const {
  const auto dropped = static_cast<uint32_t>(of.dropout * 0x1p32);
  const T scale = static_cast<T>(1 / (1 - of.dropout));
  const uint64_t seed = of.stream.seed, per_row = static_cast<uint64_t>(of.blocks_per_row());
  if (of.graph.indptr) {
    const uint64_t first = of.stream.block + static_cast<uint64_t>(band.item) * per_row;
    for (int p = 0; p < keys; ++p) {
      for (int lane = 0; lane < lanes; ++lane) {
        T& k = kept[p * lanes + lane] = 0;
        if (neighbour(p, lane) < 0) continue;
        const auto e = static_cast<uint64_t>(edge(band, key + p, lane));
        const uint64_t block = first + e / 4;
        const Words w = philox_block(seed, static_cast<uint32_t>(block), static_cast<uint32_t>(block >> 32));
        const uint32_t word[] = {w.c0, w.c1, w.c2, w.c3};
        k = word[e % 4] >= dropped ? scale : T(0);
      }
    }
    return;
  }
  const uint64_t first = of.stream.block + static_cast<uint64_t>(band.item * of.Tq + band.first) * per_row +
                         static_cast<uint64_t>(key / kBlockWords);
  for (int r = 0; r < keys; r += kBlockWords) {
    uint32_t low[kTileCols<T> * 2], high[kTileCols<T> * 2];
    for (int lane = 0; lane < lanes; ++lane) {
      const uint64_t block = first + static_cast<uint64_t>(r / kBlockWords) + static_cast<uint64_t>(lane) * per_row;
      low[lane] = static_cast<uint32_t>(block);
      high[lane] = static_cast<uint32_t>(block >> 32);
    }
    T* to = kept + r * lanes;
#pragma GCC ivdep
    for (int lane = 0; lane < lanes; ++lane) {
      const Words w = philox_block(seed, low[lane], high[lane]);
      to[lane] = w.c0 >= dropped ? scale : T(0);
      to[lanes + lane] = w.c1 >= dropped ? scale : T(0);
      to[2 * lanes + lane] = w.c2 >= dropped ? scale : T(0);
      to[3 * lanes + lane] = w.c3 >= dropped ? scale : T(0);
    }
  }
}

template <class T>
void Tile<T>::add_rows(const Band<T>& band, const AttentionRows& x, int64_t D, int64_t key, int keys, const T* w,
                       T* y) const {
  if (!of.graph.indptr) {
    const T* rows = row(x, band.pair, key);
    if (partial && !all_finite(rows, x.stride, keys, D)) return accumulate_finite(rows, x.stride, keys, D, w, lanes, y);
    return accumulate(rows, x.stride, keys, D, w, lanes, y);
  }
  for (int lane = 0; lane < band.count; ++lane) {
    for (int p = 0; p < keys; ++p) {
      const T weight = w[p * lanes + lane];
      if (weight == 0) continue;
      const T* from = row(x, band.pair, neighbour(p, lane));
      for (int64_t d = 0; d < D; ++d) y[d * lanes + lane] += weight * from[d];
    }
  }
}

template <class T>
void Tile<T>::products(const Band<T>& band, const AttentionRows& x, int64_t D, int64_t key, int keys, const T* y_rows,
                       int64_t y_row, const T* y_lanes, T* out) const {
  if (!of.graph.indptr) return scores(row(x, band.pair, key), x.stride, keys, D, y_lanes, lanes, out);
  for (int p = 0; p < keys; ++p) {
    for (int lane = 0; lane < lanes; ++lane) {
      const int64_t j = neighbour(p, lane);
      out[p * lanes + lane] = j < 0 ? T(0) : dot(row(x, band.pair, j), y_rows + lane * y_row, D);
    }
  }
}

template class Tile<float>;
template class Tile<double>;

}  // namespace dlcore::kernels
