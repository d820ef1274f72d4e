#pragma once

#include <algorithm>

#include "core/scratch.h"
#include "kernels/attention.h"
#include "kernels/math.h"
#include "kernels/simd.h"

// The scores of one query, NOTE [Few queries], and products of a row with many rows.
namespace dlcore::kernels {

// Rows of D elements.
template <class T>
struct RowSet {
  const T* data;
  int64_t stride, count, D;

  // out[j] = factor x . row j
  void dots(const T* x, T factor, T* out) const {
    constexpr int kAtOnce = 4;
    int64_t j = 0;
    for (; j + kAtOnce <= count; j += kAtOnce) dots<kAtOnce>(x, data + j * stride, factor, out + j);
    for (; j < count; ++j) dots<1>(x, data + j * stride, factor, out + j);
  }

  // out = factor * sum over j of weights[j] row j; where `skips`, of a weight of zero the row does not matter.
  void weighted_sum(const T* weights, bool skips, T factor, T* out) const {
    constexpr int kVectors = 4;
    int64_t d = 0;
    for (; d + kVectors * kW <= D; d += kVectors * kW) sum_columns<kVectors>(d, kW, weights, skips, factor, out);
    for (; d < D; d += kW) sum_columns<1>(d, std::min<int64_t>(kW, D - d), weights, skips, factor, out);
  }

 private:
  using V = simd::Vector<T>;
  static constexpr int kW = simd::kWidth<T>;

  template <int kCount>
  void dots(const T* x, const T* rows, T factor, T* out) const {
    V sum[kCount] = {};
    int64_t d = 0;
    for (; d + kW <= D; d += kW) {
      const V v = simd::load(x + d);
#pragma GCC unroll 4
      for (int r = 0; r < kCount; ++r) sum[r] += v * simd::load(rows + r * stride + d);
    }
    if (d < D) {
      const V v = simd::load_part(x + d, D - d);
#pragma GCC unroll 4
      for (int r = 0; r < kCount; ++r) sum[r] += v * simd::load_part(rows + r * stride + d, D - d);
    }
#pragma GCC unroll 4
    for (int r = 0; r < kCount; ++r) out[r] = simd::sum<T>(sum[r]) * factor;
  }

  // Of kCount vectors from column d on, the last one holds `last`. Two sums for each, as an addition takes four cycles.
  template <int kCount>
  void sum_columns(int64_t d, int64_t last, const T* weights, bool skips, T factor, T* out) const {
    V sum[2][kCount] = {};
    const auto add = [&](int64_t j, V(&to)[kCount]) __attribute__((always_inline)) {
      if (skips && weights[j] == 0) return;
      const T* row = data + j * stride + d;
#pragma GCC unroll 4
      for (int c = 0; c < kCount; ++c)
        to[c] += weights[j] * (last == kW ? simd::load(row + c * kW) : simd::load_part(row + c * kW, last));
    };
    int64_t j = 0;
    for (; j + 2 <= count; j += 2) add(j, sum[0]), add(j + 1, sum[1]);
    if (j < count) add(j, sum[0]);
    for (int c = 0; c < kCount; ++c) simd::store_part<T>(out + d + c * kW, (sum[0][c] + sum[1][c]) * factor, last);
  }
};

// row j += weights[j] x, for `count` rows of D.
template <class T>
void add_to_rows(const T* weights, int64_t count, const T* x, int64_t D, T* rows) {
  for (int64_t j = 0; j < count; ++j, rows += D) {
    const T weight = weights[j];
    if (weight == 0) continue;
#pragma GCC ivdep
    for (int64_t d = 0; d < D; ++d) rows[d] += weight * x[d];
  }
}

// The scores s of one query with the keys [begin, begin + count) that window and length leave, -infinity where a mask
// rules one out, and behind them as far as a vector reaches. Those for softmax are in units of ln 2.
template <class T>
class QueryScores {
 public:
  explicit QueryScores(const Attention& of)
      : s(of.Tk + simd::kWidth<T>), unit(of.relu ? T(1) : T(1.44269504088896340736)), of_(of) {}

  void compute(int64_t item, int64_t i) {
    const int64_t length = of_.key_lengths ? of_.key_lengths[item] : of_.Tk;
    begin = std::max<int64_t>(0, i - of_.left);
    count = std::min(length, i + of_.right + 1) - begin;
    if (count <= 0) begin = count = 0;
    keys(of_.k, item, of_.D).dots(attention_row<T>(of_.q, item, i), static_cast<T>(of_.scale) * unit, s);
    std::fill_n(s + count, simd::kWidth<T>, kLowest);
    masked = false;
    if (of_.mask.data) add_mask(item, i);
    if (of_.relative.data) {
      const T* table = static_cast<const T*>(of_.relative.data) + of_.relative.at[item];
      for (int64_t j = 0; j < count; ++j) s[j] += table[relative_index(i, j)] * unit;
    }
  }

  // Those keys' rows of k, or of v.
  RowSet<T> keys(const AttentionRows& x, int64_t item, int64_t D) const {
    return {attention_row<T>(x, item / of_.group, begin), x.stride, count, D};
  }
  // Where the relative bias of the j-th of them and query i is.
  int64_t relative_index(int64_t i, int64_t j) const {
    return std::clamp<int64_t>(begin + j - i + of_.relative.reach, 0, 2 * of_.relative.reach);
  }

  static constexpr T kLowest = -math::kInfinity<T>;
  const Scratch<T> s;
  const T unit;  // log2(e) for softmax
  int64_t begin = 0, count = 0;
  bool masked = false;  // whether a mask rules one out

 private:
  void add_mask(int64_t item, int64_t i) {
    const auto& mask = of_.mask;
    const int64_t at = mask.at[item] + i * mask.row + begin * mask.col;
    for (int64_t j = 0; j < count; ++j) {
      T add = 0;
      if (!mask.boolean) {
        add = static_cast<const T*>(mask.data)[at + j * mask.col] * unit;
      } else if (!static_cast<const uint8_t*>(mask.data)[at + j * mask.col]) {
        add = kLowest;
      }
      masked |= add == kLowest;
      s[j] = add == kLowest ? kLowest : s[j] + add;
    }
  }

  const Attention& of_;
};

}  // namespace dlcore::kernels
