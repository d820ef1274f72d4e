// Matrix products by Eigen, the one file that instantiates them.
//
// C is cut into tiles by size alone, and each tile is a product of its own, on one thread, over the whole of k; where C
// is one small tile and k is long, k is cut instead, and the parts are added in order. So bits do not depend on
// threads. A tile is large enough that packing its operands, (m + n) k loads and stores beside m n k multiplications,
// costs about one part in a hundred.
//
// Eigen's product is called below its expressions, which would add, for each pair of storage orders, products of small
// matrices and of vectors: half the time to compile. Vectors have products of their own here.
#include "kernels/gemm.h"

#include <Eigen/Core>
#include <memory>

#include "core/parallel.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kTile = 256, kLeastTile = 128;
constexpr int64_t kEnoughTiles = 16;     // for the threads of a desktop to share
constexpr int64_t kGrainWork = 1 << 20;  // multiplications per piece: 20 us at 50 a nanosecond
// How much of k one piece takes where k is cut: enough that C, written once a piece, is little beside A and B; and, for
// a product with little to do per element, not too much to share.
constexpr int64_t kLeastDepth = 1024, kMostDepth = 1 << 16;

// (4, 512) times (512, 512) takes three quarters of the time as four products with a vector, which need no packing; a
// matrix of less than 4096 elements is packed in less time than they take to start.
constexpr int64_t kFewVectors = 4, kWorthVectors = 4096;

// Whether `count` products of a matrix of this size with a vector are the better way.
bool as_vectors(int64_t count, int64_t rows, int64_t cols) {
  return count == 1 || (count <= kFewVectors && rows * cols >= kWorthVectors);
}

template <class T>
using Vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;
template <class T>
using Result = Eigen::Map<Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>, 0, Eigen::OuterStride<>>;

// A part of a matrix: (rows, cols), one of the strides being 1.
template <class T>
struct Block {
  const T* data;
  int64_t rows, cols, row_stride, col_stride;

  bool is_row_major() const { return col_stride == 1; }
  int64_t outer_stride() const { return is_row_major() ? row_stride : col_stride; }
  Block transposed() const { return {data, cols, rows, col_stride, row_stride}; }
  Block columns(int64_t begin, int64_t end) const {
    return {data + begin * col_stride, rows, end - begin, row_stride, col_stride};
  }
};

// c += a b, for c with contiguous columns.
template <class T, int kOrderA, int kOrderB>
void add_ordered(const Block<T>& a, const Block<T>& b, T* c, int64_t c_stride) {
  using Eigen::ColMajor, Eigen::Dynamic, Eigen::internal::gemm_blocking_space;
  gemm_blocking_space<ColMajor, T, T, Dynamic, Dynamic, Dynamic> blocking(a.rows, b.cols, a.cols, 1, true);
  Eigen::internal::general_matrix_matrix_product<Eigen::Index, T, kOrderA, false, T, kOrderB, false, ColMajor, 1>::run(
      a.rows, b.cols, a.cols, a.data, a.outer_stride(), b.data, b.outer_stride(), c, 1, c_stride, T(1), blocking);
}

template <class T>
void add_product(const Block<T>& a, const Block<T>& b, T* c, int64_t c_stride) {
  using Eigen::ColMajor, Eigen::RowMajor;
  if (a.is_row_major()) {
    b.is_row_major() ? add_ordered<T, RowMajor, RowMajor>(a, b, c, c_stride)
                     : add_ordered<T, RowMajor, ColMajor>(a, b, c, c_stride);
  } else {
    b.is_row_major() ? add_ordered<T, ColMajor, RowMajor>(a, b, c, c_stride)
                     : add_ordered<T, ColMajor, ColMajor>(a, b, c, c_stride);
  }
}

// y += a x, for y and x of any stride.
template <class T>
void add_vector_product(const Block<T>& a, const T* x, int64_t x_stride, T* y, int64_t y_stride) {
  using Strided = Eigen::InnerStride<>;
  const Vector<T> from = Eigen::Map<const Vector<T>, 0, Strided>(x, a.cols, Strided(x_stride));
  Eigen::Map<Vector<T>, 0, Strided> to(y, a.rows, Strided(y_stride));
  const auto add = [&]<int kOrder>() {
    using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, kOrder>;
    to.noalias() += Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>(a.data, a.rows, a.cols,
                                                                      Eigen::OuterStride<>(a.outer_stride())) *
                    from;
  };
  a.is_row_major() ? add.template operator()<Eigen::RowMajor>() : add.template operator()<Eigen::ColMajor>();
}

template <class C, class T>
void start(C& c, const T* bias) {
  if (bias) {
    c.rowwise() = Eigen::Map<const Eigen::Matrix<T, 1, Eigen::Dynamic>>(bias, c.cols());
  } else {
    c.setZero();
  }
}

template <class T>
void floating_tile(const Block<T>& a, const Block<T>& b, Result<T> c, const T* bias) {
  // Eigen's vectors lie along contiguous elements of C. Where a row is no full vector, columns are made contiguous:
  // (32, 64) times (64, 10) takes a third of the time.
  constexpr int64_t kWidth = Eigen::internal::packet_traits<T>::size;
  const bool few_columns = as_vectors(c.cols(), a.rows, a.cols), few_rows = as_vectors(c.rows(), b.rows, b.cols);
  if (!few_columns && c.cols() < kWidth && c.rows() >= kWidth) {
    Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor> columns(c.rows(), c.cols());
    start(columns, bias);
    if (a.cols > 0) add_product(a, b, columns.data(), columns.rows());
    c = columns;
    return;
  }
  start(c, bias);
  if (a.cols == 0) return;
  if (few_columns) {
    for (int64_t j = 0; j < c.cols(); ++j)
      add_vector_product(a, b.data + j * b.col_stride, b.row_stride, c.data() + j, c.outerStride());
  } else if (few_rows) {
    for (int64_t i = 0; i < c.rows(); ++i)
      add_vector_product(b.transposed(), a.data + i * a.row_stride, a.col_stride, c.data() + i * c.outerStride(), 1);
  } else {
    add_product(b.transposed(), a.transposed(), c.data(), c.outerStride());
  }
}

// Overflow wraps.
template <class T>
void integer_tile(const Block<T>& a, const Block<T>& b, Result<T> c, const T* bias) {
  using U = std::make_unsigned_t<T>;
  start(c, bias);
  for (int64_t i = 0; i < c.rows(); ++i) {
    T* row = &c(i, 0);
    for (int64_t p = 0; p < a.cols; ++p) {
      const U factor = static_cast<U>(a.data[i * a.row_stride + p * a.col_stride]);
      const T* b_row = b.data + p * b.row_stride;
      for (int64_t j = 0; j < c.cols(); ++j) {
        row[j] = static_cast<T>(static_cast<U>(row[j]) + factor * static_cast<U>(b_row[j * b.col_stride]));
      }
    }
  }
}

// The side of a tile: smaller where there would be few of them, while each is still work worth a thread.
int64_t tile_of(const Gemm& of) {
  const auto tiles = [&](int64_t side) { return of.batches * pieces_of(of.m, side) * pieces_of(of.n, side); };
  const auto work = [&](int64_t side) { return std::min(of.m, side) * std::min(of.n, side) * of.k; };
  int64_t side = kTile;
  while (side > kLeastTile && tiles(side) < kEnoughTiles && work(side / 2) >= kGrainWork) side /= 2;
  return side;
}

// How much of k one piece takes: all of it where C has tiles to share, or where k is short.
int64_t depth_of(const Gemm& of) {
  if (of.batches > 1 || of.m * of.n > kLeastTile * kLeastTile) return of.k;
  const int64_t depth = std::clamp(kGrainWork / (of.m * of.n), kLeastDepth, kMostDepth);
  return of.k < 2 * depth ? of.k : depth;
}

template <class T>
void run_tiles(const Gemm& of) {
  const int64_t side = tile_of(of), rows = pieces_of(of.m, side), cols = pieces_of(of.n, side), tiles = rows * cols;
  const int64_t work = std::min(of.m, side) * std::min(of.n, side) * std::max<int64_t>(of.k, 1);
  const int64_t grain = std::max<int64_t>(1, kGrainWork / work);
  parallel_for(of.batches * tiles, grain, [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; ++t) {
      const int64_t batch = t / tiles, i = t % tiles / cols * side, j = t % cols * side;
      const int64_t a_at = of.a_at.empty() ? 0 : of.a_at[batch], b_at = of.b_at.empty() ? 0 : of.b_at[batch];
      const int64_t m = std::min(side, of.m - i), n = std::min(side, of.n - j);
      const T* a = static_cast<const T*>(of.a.data) + a_at + i * of.a.row_stride;
      const T* b = static_cast<const T*>(of.b.data) + b_at + j * of.b.col_stride;
      T* c = static_cast<T*>(of.c) + batch * of.m * of.c_row_stride + i * of.c_row_stride + j;
      const T* bias = of.bias ? static_cast<const T*>(of.bias) + j : nullptr;
      const Block<T> a_tile{a, m, of.k, of.a.row_stride, of.a.col_stride};
      const Block<T> b_tile{b, of.k, n, of.b.row_stride, of.b.col_stride};
      const Result<T> c_tile(c, m, n, Eigen::OuterStride<>(of.c_row_stride));
      if constexpr (std::is_floating_point_v<T>) {
        floating_tile<T>(a_tile, b_tile, c_tile, bias);
      } else {
        integer_tile<T>(a_tile, b_tile, c_tile, bias);
      }
    }
  });
}

template <class T>
void run_deep(const Gemm& of, int64_t depth) {
  const int64_t a_at = of.a_at.empty() ? 0 : of.a_at[0], b_at = of.b_at.empty() ? 0 : of.b_at[0];
  const Block<T> a{static_cast<const T*>(of.a.data) + a_at, of.m, of.k, of.a.row_stride, of.a.col_stride};
  const Block<T> b{static_cast<const T*>(of.b.data) + b_at, of.k, of.n, of.b.row_stride, of.b.col_stride};
  const int64_t pieces = pieces_of(of.k, depth), size = of.m * of.n;
  const auto parts = std::make_unique_for_overwrite<T[]>(pieces * size);
  const auto part = [&](int64_t i) {
    return Result<T>(parts.get() + i * size, of.m, of.n, Eigen::OuterStride<>(of.n));
  };
  parallel_for(of.k, depth, [&](int64_t begin, int64_t end) {
    floating_tile<T>(a.columns(begin, end), b.transposed().columns(begin, end).transposed(), part(begin / depth),
                     nullptr);
  });
  Result<T> c(static_cast<T*>(of.c), of.m, of.n, Eigen::OuterStride<>(of.c_row_stride));
  start(c, static_cast<const T*>(of.bias));
  for (int64_t i = 0; i < pieces; ++i) c += part(i);
}

template <class T>
void run(const Gemm& of) {
  if constexpr (std::is_floating_point_v<T>) {
    if (const int64_t depth = depth_of(of); depth < of.k) return run_deep<T>(of, depth);
  }
  run_tiles<T>(of);
}

}  // namespace

void gemm(DType dtype, const Gemm& of) {
  if (of.batches == 0 || of.m == 0 || of.n == 0) return;
  visit(dtype, [&]<class T>() {
    if constexpr (!std::is_same_v<T, bool>) run<T>(of);
  });
}

}  // namespace dlcore::kernels
