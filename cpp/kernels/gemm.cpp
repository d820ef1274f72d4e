// Matrix products by Eigen, the one file that instantiates them (with AVX-512 they take 17 s to compile).
//
// C is cut into tiles by size alone, and each tile is a product of its own, on one thread, over the whole of k: so no
// sum is split, and the bits do not depend on threads. A tile is large enough that packing its operands, (m + n) k
// loads and stores beside m n k multiplications, costs about one part in a hundred.
#include "kernels/gemm.h"

#include <Eigen/Core>

#include "core/parallel.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kTile = 256;
constexpr int64_t kGrainWork = 1 << 20;  // multiplications per piece: 20 us at 50 a nanosecond

template <class T, int kOrder>
using Operand = Eigen::Map<const Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, kOrder>, 0, Eigen::OuterStride<>>;
template <class T>
using Result = Eigen::Map<Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>, 0, Eigen::OuterStride<>>;

// f(matrix) with the matrix in the storage order that its strides say.
template <class T, class F>
void with_order(const T* data, const Matrix& of, int64_t rows, int64_t cols, F&& f) {
  if (of.col_stride == 1 || cols == 1) {
    f(Operand<T, Eigen::RowMajor>(data, rows, cols, Eigen::OuterStride<>(of.row_stride)));
  } else {
    f(Operand<T, Eigen::ColMajor>(data, rows, cols, Eigen::OuterStride<>(of.col_stride)));
  }
}

template <class T, class C>
void add_product(const Gemm& of, const T* a, const T* b, C& c) {
  if (of.k == 0) return;
  with_order(a, of.a, c.rows(), of.k, [&](const auto& a_map) {
    with_order(b, of.b, of.k, c.cols(), [&](const auto& b_map) { c.noalias() += a_map * b_map; });
  });
}

template <class T>
void floating_tile(const Gemm& of, const T* a, const T* b, Result<T> c, const T* bias) {
  const auto start = [&](auto& to) {
    if (bias) {
      to.rowwise() = Eigen::Map<const Eigen::Matrix<T, 1, Eigen::Dynamic>>(bias, c.cols());
    } else {
      to.setZero();
    }
  };
  // Eigen's vectors lie along contiguous elements of C. Where a row is no full vector, columns are made contiguous:
  // (32, 64) times (64, 10) takes a third of the time.
  constexpr int64_t kWidth = Eigen::internal::packet_traits<T>::size;
  if (c.cols() > 1 && c.cols() < kWidth && c.rows() >= kWidth) {
    Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor> columns(c.rows(), c.cols());
    start(columns);
    add_product(of, a, b, columns);
    c = columns;
    return;
  }
  start(c);
  add_product(of, a, b, c);
}

template <class T>
void integer_tile(const Gemm& of, const T* a, const T* b, Result<T> c, const T* bias) {
  for (int64_t i = 0; i < c.rows(); ++i) {
    for (int64_t j = 0; j < c.cols(); ++j) {
      T sum = bias ? bias[j] : T(0);
      for (int64_t p = 0; p < of.k; ++p) {
        sum = static_cast<T>(sum + a[i * of.a.row_stride + p * of.a.col_stride] *
                                       b[p * of.b.row_stride + j * of.b.col_stride]);
      }
      c(i, j) = sum;
    }
  }
}

template <class T>
void run(const Gemm& of) {
  const int64_t rows = pieces_of(of.m, kTile), cols = pieces_of(of.n, kTile), tiles = rows * cols;
  const int64_t work = std::min(of.m, kTile) * std::min(of.n, kTile) * std::max<int64_t>(of.k, 1);
  const int64_t grain = std::max<int64_t>(1, kGrainWork / work);
  parallel_for(of.batches * tiles, grain, [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; ++t) {
      const int64_t batch = t / tiles, i = t % tiles / cols * kTile, j = t % cols * kTile;
      const int64_t a_at = of.a_at.empty() ? 0 : of.a_at[batch], b_at = of.b_at.empty() ? 0 : of.b_at[batch];
      const T* a = static_cast<const T*>(of.a.data) + a_at + i * of.a.row_stride;
      const T* b = static_cast<const T*>(of.b.data) + b_at + j * of.b.col_stride;
      T* c = static_cast<T*>(of.c) + batch * of.m * of.c_row_stride + i * of.c_row_stride + j;
      const T* bias = of.bias ? static_cast<const T*>(of.bias) + j : nullptr;
      const Result<T> tile(c, std::min(kTile, of.m - i), std::min(kTile, of.n - j),
                           Eigen::OuterStride<>(of.c_row_stride));
      if constexpr (std::is_floating_point_v<T>) {
        floating_tile<T>(of, a, b, tile, bias);
      } else {
        integer_tile<T>(of, a, b, tile, bias);
      }
    }
  });
}

}  // namespace

void gemm(DType dtype, const Gemm& of) {
  if (of.batches == 0 || of.m == 0 || of.n == 0) return;
  visit(dtype, [&]<class T>() {
    if constexpr (!std::is_same_v<T, bool>) run<T>(of);
  });
}

}  // namespace dlcore::kernels
