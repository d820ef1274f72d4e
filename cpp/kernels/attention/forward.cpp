// y = softmax(s) v or relu(s) v / n, tile by tile (Rabe and Staats: Self-attention does not need O(n^2) memory, 2021;
// Dao et al.: FlashAttention, 2022): of each query the largest score so far, the sum of exponentials below it and their
// sum of values are kept, and rescaled when a larger score comes.
//
// A piece of work is a few bands of queries of one head, which read a tile of keys and of values one after the other
// while it is in the second cache; its results stay there until the last key. Pieces depend on sizes alone.
//
// A score costs 2 (D + Dv) floating operations in the products, 4 cycles of two multipliers of 16 floats at D = 64, and
// some 15 instructions a vector, half a cycle, beside them.
#include "kernels/attention/few_queries.h"
#include "kernels/attention/tile.h"
#include "kernels/attention/weights.h"

#include <cmath>

namespace dlcore::kernels {
namespace {

using namespace simd;

constexpr int kBands = 8;        // of a piece, at most: 256 queries of float32, 128 KB with their results at D = 64
constexpr int64_t kPieces = 16;  // for the threads of a desktop to share; where there are fewer, they are halved

template <class T>
class Forward {
 public:
  Forward(const Attention& of, int bands, T* y, T* stat)
      : of_(of),
        most_(bands),
        y_(y),
        stat_(stat),
        tile_(of, kLanes),
        queries_(bands * of.D * kLanes),
        sums_(bands * of.Dv * kLanes),
        kept_(of.dropout > 0 ? kTileKeys * kLanes : 0) {}

  void run(int64_t item, int64_t first) {
    int bands = 0;
    int64_t begin = of_.Tk, end = 0;
    for (; bands < most_ && first + bands * kLanes < of_.Tq; ++bands) {
      State& state = states_[bands];
      state.band = tile_.place(item, first + bands * kLanes);
      tile_.turn(state.band, queries_ + bands * of_.D * kLanes);
      state.y = sums_ + bands * of_.Dv * kLanes;
      std::fill_n(state.y, of_.Dv * kLanes, T(0));
      std::fill_n(state.top, kLanes, -math::kInfinity<T>);
      std::fill_n(state.total, kLanes, T(0));
      begin = std::min(begin, state.band.begin);
      end = std::max(end, state.band.end);
    }
    for (int64_t key = begin; key < end; key += kTileKeys) {
      for (int i = 0; i < bands; ++i) {
        const int64_t from = std::max(key, states_[i].band.begin), to = std::min(key + kTileKeys, states_[i].band.end);
        if (from < to) add(states_[i], from, static_cast<int>(to - from));
      }
    }
    for (int i = 0; i < bands; ++i) finish(states_[i]);
  }

  static constexpr int kLanes = kTileCols<T>;

 private:
  struct State {
    Band<T> band;
    T* y;
    T top[kLanes], total[kLanes];  // relu: total is the number of keys
  };

  void add(State& state, int64_t key, int keys) {
    if (!tile_.compute(state.band, key, keys)) return;
    of_.relu ? rectify(state, keys) : exponentiate(state, keys);
    if (of_.dropout > 0) {
      tile_.draw(state.band, key, keys, kept_);
      for (int i = 0; i < keys * kLanes; i += kWidth<T>)
        store<T>(tile_.s + i, load<T>(tile_.s + i) * load<T>(kept_ + i));
    }
    tile_.add_rows(state.band, of_.v, of_.Dv, key, keys, tile_.s, state.y);
  }

  // What exponentials are taken below: about the largest score, and an integer, so that sums are rescaled without
  // error.
  static Vector<T> base_of(Vector<T> top) {
    return choose<T>(top == -math::kInfinity<T>, Vector<T>{}, rounded<T>(top));
  }

  void exponentiate(State& state, int keys) {
    T factor[kLanes];
    bool rescaled = false;
    for (int lane = 0; lane < kLanes; lane += kWidth<T>) {
      T* s = tile_.s + lane;
      const Vector<T> before = load(state.top + lane);
      Vector<T> a = before, b = before, c = before, d = before;
      int i = 0;
      for (; i + 4 <= keys; i += 4) {
        a = larger<T>(a, load(s + i * kLanes));
        b = larger<T>(b, load(s + (i + 1) * kLanes));
        c = larger<T>(c, load(s + (i + 2) * kLanes));
        d = larger<T>(d, load(s + (i + 3) * kLanes));
      }
      for (; i < keys; ++i) a = larger<T>(a, load(s + i * kLanes));
      const Vector<T> top = larger<T>(larger<T>(a, b), larger<T>(c, d));
      const Exp2Below<T> exp(base_of(top));
      Vector<T> sum{}, odd{};
      i = 0;
      for (; i + 2 <= keys; i += 2) {
        const Vector<T> p = exp(load(s + i * kLanes)), q = exp(load(s + (i + 1) * kLanes));
        store<T>(s + i * kLanes, p);
        store<T>(s + (i + 1) * kLanes, q);
        sum += p;
        odd += q;
      }
      if (i < keys) {
        const Vector<T> p = exp(load(s + i * kLanes));
        store<T>(s + i * kLanes, p);
        sum += p;
      }
      const Vector<T> scale = choose<T>(before == -math::kInfinity<T>, Vector<T>{}, exp(base_of(before)));
      store<T>(state.top + lane, top);
      store<T>(state.total + lane, load(state.total + lane) * scale + (sum + odd));
      store<T>(factor + lane, scale);
    }
    for (int lane = 0; lane < kLanes; ++lane) rescaled |= !(factor[lane] == 1);
    if (!rescaled) return;
    for (int64_t d = 0; d < of_.Dv; ++d) {
      T* y = state.y + d * kLanes;
      for (int lane = 0; lane < kLanes; lane += kWidth<T>) store<T>(y + lane, load(y + lane) * load(factor + lane));
    }
  }

  void rectify(State& state, int keys) {
    for (int lane = 0; lane < kLanes; lane += kWidth<T>) {
      Vector<T> count = load(state.total + lane);
      for (int i = 0; i < keys; ++i) {
        T* s = tile_.s + i * kLanes + lane;
        const Vector<T> x = load(s);
        count += choose<T>(x == -math::kInfinity<T>, Vector<T>{}, broadcast(T(1)));
        store<T>(s, choose<T>(x < T(0), Vector<T>{}, x));
      }
      store<T>(state.total + lane, count);
    }
  }

  void finish(State& state) {
    const Band<T>& band = state.band;
    T factor[kLanes];
    T* stat = stat_ + band.item * of_.Tq + band.first;
    for (int lane = 0; lane < kLanes; ++lane) {
      const T total = state.total[lane];
      factor[lane] = total == 0 ? T(0) : 1 / total;
      if (lane >= band.count) continue;
      stat[lane] = of_.relu     ? factor[lane]
                   : total == 0 ? math::kInfinity<T>
                                : rounded<T>(broadcast(state.top[lane]))[0] + std::log2(total);
    }
    from_lanes<T>(state.y, kLanes, band.count, of_.Dv, factor, y_ + (band.item * of_.Tq + band.first) * of_.Dv, of_.Dv);
  }

  const Attention& of_;
  const int most_;
  T *y_, *stat_;
  Tile<T> tile_;
  const Scratch<T> queries_, sums_, kept_;
  State states_[kBands];
};

}  // namespace

void attention(DType dtype, const Attention& of, void* y, void* stat) {
  visit_floating(dtype, [&]<class T>() {
    if (are_few(of)) return attend_one_by_one(of, static_cast<T*>(y), static_cast<T*>(stat));
    int bands = kBands;
    while (bands > 2 && of.items() * pieces_of(of.Tq, bands * Forward<T>::kLanes) < kPieces) bands /= 2;
    const int64_t queries = bands * Forward<T>::kLanes, blocks = pieces_of(of.Tq, queries);
    parallel_for(of.items() * blocks, 1, [&](int64_t begin, int64_t end) {
      Forward<T> forward(of, bands, static_cast<T*>(y), static_cast<T*>(stat));
      for (int64_t i = begin; i < end; ++i) forward.run(i / blocks, i % blocks * queries);
    });
  });
}

void attention_dropout(DType dtype, const Attention& of, void* kept_) {
  const auto dropped = static_cast<uint32_t>(of.dropout * 0x1p32);
  const int64_t n = of.graph.indptr ? of.graph.edges : of.Tk, blocks = of.blocks_per_row();
  visit_floating(dtype, [&]<class T>() {
    const T scale = static_cast<T>(1 / (1 - of.dropout));
    parallel_for(of.rows_of_numbers(), std::max<int64_t>(1, kElementGrain / std::max<int64_t>(n, 1)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t row = begin; row < end; ++row) {
                     T* kept = static_cast<T*>(kept_) + row * n;
                     for (int64_t j = 0; j < n; ++j) {
                       const uint64_t block = of.stream.block + static_cast<uint64_t>(row * blocks + j / kBlockWords);
                       const Words w = philox_block(of.stream.seed, static_cast<uint32_t>(block),
                                                    static_cast<uint32_t>(block >> 32));
                       const uint32_t word[] = {w.c0, w.c1, w.c2, w.c3};
                       kept[j] = word[j % kBlockWords] >= dropped ? scale : T(0);
                     }
                   }
                 });
  });
}

}  // namespace dlcore::kernels
