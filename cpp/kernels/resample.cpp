// A row of the matrix has a few elements, so the work is reading and writing. Where the lanes lie side by side (inner
// is a vector or more), a row of y is a weighted sum of rows of x, which stream. Along contiguous memory (inner is 1) a
// vector of results is gathered from the lane, tap by tap: the rows are padded to the longest of kWidth neighbours.
// Both add in the order of the columns. Work is cut by rows of y, or by lanes.
#include "kernels/resample.h"

#include <algorithm>
#include <memory>

#include "core/parallel.h"
#include "kernels/simd.h"

namespace dlcore::kernels {
namespace {

// The matrix in tiles of kWidth rows: taps[tile] of them, each with kWidth columns (negative: none) and weights.
template <class T>
struct Tiles {
  static constexpr int kWidth = simd::kWidth<T>;
  using At = std::conditional_t<sizeof(T) == 4, int32_t, int64_t>;

  explicit Tiles(const SparseRows& matrix) : rows(matrix.rows()) {
    for (int64_t o = 0; o < rows; o += kWidth) {
      const int64_t last = std::min(rows, o + kWidth);
      int64_t longest = 0;
      for (int64_t r = o; r < last; ++r) longest = std::max(longest, matrix.begin[r + 1] - matrix.begin[r]);
      const int64_t start = begin.back() * kWidth;
      begin.push_back(begin.back() + longest);
      at.resize(begin.back() * kWidth, At{-1});
      weight.resize(begin.back() * kWidth, T{0});
      for (int64_t r = o; r < last; ++r) {
        for (int64_t k = 0; k < matrix.begin[r + 1] - matrix.begin[r]; ++k) {
          at[start + k * kWidth + r - o] = matrix.column[matrix.begin[r] + k];
          weight[start + k * kWidth + r - o] = static_cast<T>(matrix.weight[matrix.begin[r] + k]);
        }
      }
    }
  }
  void apply(const T* x, T* y) const {
    for (size_t tile = 0; tile + 1 < begin.size(); ++tile) {
      simd::Vector<T> sum{};
      for (int64_t k = begin[tile]; k < begin[tile + 1]; ++k) {
        simd::Integers<T> columns;
        std::memcpy(&columns, at.data() + k * kWidth, sizeof columns);
        sum += simd::gather_or_zero<T>(x, columns) * simd::load(weight.data() + k * kWidth);
      }
      const int64_t o = static_cast<int64_t>(tile) * kWidth;
      simd::store_part(y + o, sum, std::min<int64_t>(kWidth, rows - o));
    }
  }

  int64_t rows;
  std::vector<int64_t> begin{0};
  std::vector<At> at;
  std::vector<T> weight;
};

// One row of y, of `inner` elements.
template <class T>
void sum_rows(const SparseRows& matrix, const std::vector<T>& weight, int64_t o, int64_t inner, const T* x,
              T* __restrict y) {
  const int64_t begin = matrix.begin[o], end = matrix.begin[o + 1];
  const auto row = [&](int64_t k) { return x + matrix.column[k] * inner; };
  if (begin == end) return std::fill_n(y, inner, T(0)), void();
  int64_t k = begin;
  {
    const T *a = row(k), w = weight[k];
    for (int64_t i = 0; i < inner; ++i) y[i] = a[i] * w;
    ++k;
  }
  for (; k + 1 < end; k += 2) {
    const T *a = row(k), *b = row(k + 1), v = weight[k], w = weight[k + 1];
    for (int64_t i = 0; i < inner; ++i) y[i] = (y[i] + a[i] * v) + b[i] * w;
  }
  if (k < end) {
    const T *a = row(k), w = weight[k];
    for (int64_t i = 0; i < inner; ++i) y[i] += a[i] * w;
  }
}

}  // namespace

bool SparseRows::is_identity() const {
  if (rows() != columns || static_cast<int64_t>(column.size()) != columns) return false;
  for (int64_t i = 0; i < columns; ++i) {
    if (column[i] != i || begin[i] != i || weight[i] != 1) return false;
  }
  return true;
}

SparseRows transposed(const SparseRows& matrix) {
  SparseRows out;
  out.columns = matrix.rows();
  out.begin.assign(matrix.columns + 1, 0);
  for (const int32_t column : matrix.column) ++out.begin[column + 1];
  for (int64_t i = 0; i < matrix.columns; ++i) out.begin[i + 1] += out.begin[i];
  out.column.resize(matrix.column.size());
  out.weight.resize(matrix.column.size());
  std::vector<int64_t> next(out.begin.begin(), out.begin.end() - 1);
  for (int64_t row = 0; row < matrix.rows(); ++row) {
    for (int64_t k = matrix.begin[row]; k < matrix.begin[row + 1]; ++k) {
      const int64_t place = next[matrix.column[k]]++;
      out.column[place] = static_cast<int32_t>(row);
      out.weight[place] = matrix.weight[k];
    }
  }
  return out;
}

void resample(DType dtype, const Lanes& lanes, const SparseRows& matrix, const void* x_, void* y_) {
  const int64_t m = matrix.rows(), n = matrix.columns, inner = lanes.inner;
  if (lanes.outer * m * inner == 0) return;
  const int64_t taps = static_cast<int64_t>(matrix.column.size()) / m + 1;  // of a row, about
  visit_floating(dtype, [&]<class T>() {
    const T* x = static_cast<const T*>(x_);
    T* y = static_cast<T*>(y_);
    if (inner == 1) {
      const Tiles<T> tiles(matrix);
      parallel_for(lanes.outer, std::max<int64_t>(kElementGrain / (m * taps), 1), [&](int64_t begin, int64_t end) {
        for (int64_t a = begin; a < end; ++a) tiles.apply(x + a * n, y + a * m);
      });
      return;
    }
    const std::vector<T> weight(matrix.weight.begin(), matrix.weight.end());
    const int64_t grain = std::max<int64_t>(kElementGrain / (inner * taps), 1);
    parallel_for(lanes.outer * m, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        sum_rows<T>(matrix, weight, i % m, inner, x + i / m * n * inner, y + i * inner);
      }
    });
  });
}

}  // namespace dlcore::kernels
