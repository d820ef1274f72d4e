#include "kernels/attention/few_queries.h"

#include <cmath>

#include "core/parallel.h"
#include "kernels/attention/query_scores.h"
#include "kernels/attention/weights.h"

namespace dlcore::kernels {
namespace {

using namespace simd;

constexpr int64_t kFew = 6;              // a tile of 32 lanes takes as long for all of them
constexpr int64_t kPieceWork = 1 << 17;  // multiplications: some 10 us

// Weights in place of scores; their sum. They are taken below `base`, an integer about the largest.
template <class T>
T exponentiate(const QueryScores<T>& scores, T& base) {
  Vector<T> top = broadcast(scores.kLowest);
  for (int64_t j = 0; j < scores.count; j += kWidth<T>) top = larger<T>(top, load(scores.s + j));
  const T most = largest<T>(top);
  base = most == scores.kLowest ? T(0) : rounded<T>(broadcast(most))[0];
  const Exp2Below<T> exp(broadcast(base));
  Vector<T> total{};
  for (int64_t j = 0; j < scores.count; j += kWidth<T>) {
    const Vector<T> p = exp(load(scores.s + j));
    store<T>(scores.s + j, p);
    total += p;
  }
  return sum<T>(total);
}

// The same for relu; the number of keys attended to.
template <class T>
T rectify(const QueryScores<T>& scores) {
  int64_t keys = 0;
  for (int64_t j = 0; j < scores.count; ++j) {
    T& s = scores.s[j];
    keys += s != scores.kLowest;
    s = s < 0 ? T(0) : s;
  }
  return static_cast<T>(keys);
}

// From scores and dp to weights, in their place, and the gradients of the scores, in dp's.
template <class T>
void weigh(const QueryScores<T>& scores, bool relu, T stat, T delta, T* dp) {
  const Exp2Below<T> exp(Vector<T>{});
  for (int64_t j = 0; j < scores.count; j += kWidth<T>) {
    const Vector<T> x = load(scores.s + j), d = load(dp + j), zero{};
    const Vector<T> p = relu ? choose<T>(x <= T(0), zero, x * stat) : exp(x - stat);
    const Vector<T> ds = relu ? choose<T>(x <= T(0), zero, d * stat) : choose<T>(p == T(0), zero, p * (d - delta));
    store<T>(scores.s + j, p);
    store<T>(dp + j, ds);
  }
}

}  // namespace

bool are_few(const Attention& of) { return of.Tq <= kFew && !of.graph.indptr && !of.score_weight && of.dropout == 0; }

template <class T>
void attend_one_by_one(const Attention& of, T* y, T* stat) {
  const int64_t work = std::max<int64_t>(of.Tk * (of.D + of.Dv), 1);
  parallel_for(of.items() * of.Tq, std::max<int64_t>(1, kPieceWork / work), [&](int64_t begin, int64_t end) {
    QueryScores<T> scores(of);
    for (int64_t r = begin; r < end; ++r) {
      const int64_t item = r / of.Tq;
      scores.compute(item, r % of.Tq);
      T base = 0;
      const T total = of.relu ? rectify(scores) : exponentiate(scores, base), factor = total == 0 ? T(0) : 1 / total;
      stat[r] = of.relu ? factor : total == 0 ? math::kInfinity<T> : base + std::log2(total);
      scores.keys(of.v, item, of.Dv).weighted_sum(scores.s, scores.masked, factor, y + r * of.Dv);
    }
  });
}

template <class T>
void attend_backward_one_by_one(const Attention& of, const AttentionRows& dy, const T* stat, const T* delta,
                                const AttentionGradients& to) {
  const T scale = static_cast<T>(of.scale);
  const int64_t distances = 2 * of.relative.reach + 1;
  const int64_t work = std::max<int64_t>(of.group * of.Tq * of.Tk * (of.D + of.Dv), 1);
  parallel_for(of.pairs, std::max<int64_t>(1, kPieceWork / work), [&](int64_t begin, int64_t end) {
    QueryScores<T> scores(of);
    const Scratch<T> ds(of.Tk + kWidth<T>), x(std::max(of.D, of.Dv));
    for (int64_t pair = begin; pair < end; ++pair) {
      T* dk = to.dk ? static_cast<T*>(to.dk) + pair * of.Tk * of.D : nullptr;
      T* dv = to.dv ? static_cast<T*>(to.dv) + pair * of.Tk * of.Dv : nullptr;
      if (dk) std::fill_n(dk, of.Tk * of.D, T(0));
      if (dv) std::fill_n(dv, of.Tk * of.Dv, T(0));
      if (to.dr) std::fill_n(static_cast<T*>(to.dr) + pair * of.group * distances, of.group * distances, T(0));
      for (int64_t r = pair * of.group * of.Tq; r < (pair + 1) * of.group * of.Tq; ++r) {
        const int64_t item = r / of.Tq, i = r % of.Tq;
        const T *q = attention_row<T>(of.q, item, i), *g = attention_row<T>(dy, item, i);
        T* dr = to.dr ? static_cast<T*>(to.dr) + item * distances : nullptr;
        scores.compute(item, i);
        scores.keys(of.v, item, of.Dv).dots(g, T(1), ds);
        weigh(scores, of.relu, stat[r], of.relu ? T(0) : delta[r], ds.data());
        if (dv) add_to_rows<T>(scores.s, scores.count, g, of.Dv, dv + scores.begin * of.Dv);
        for (int64_t j = 0; dr && j < scores.count; ++j) dr[scores.relative_index(i, j)] += ds[j];
        if (to.dq)
          scores.keys(of.k, item, of.D).weighted_sum(ds, scores.masked, scale, static_cast<T*>(to.dq) + r * of.D);
        if (!dk) continue;
        for (int64_t d = 0; d < of.D; ++d) x[d] = q[d] * scale;
        add_to_rows<T>(ds, scores.count, x, of.D, dk + scores.begin * of.D);
      }
    }
  });
}

#define DLCORE_FEW_QUERIES(T)                                                                          \
  template void attend_one_by_one(const Attention&, T*, T*);                                           \
  template void attend_backward_one_by_one(const Attention&, const AttentionRows&, const T*, const T*, \
                                           const AttentionGradients&);
DLCORE_FEW_QUERIES(float)
DLCORE_FEW_QUERIES(double)
#undef DLCORE_FEW_QUERIES

}  // namespace dlcore::kernels
