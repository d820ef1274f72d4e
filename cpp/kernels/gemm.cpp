// Which way a product goes. One vector, or few: bound by memory, piece by piece of the matrix. C small and k long: k is
// cut, and the parts are added in order. Many small products: each on one thread. Else one after the other, each cut
// into blocks (gemm/blocked.cpp). All of it is decided by sizes alone, so bits do not depend on threads.
#include "kernels/gemm.h"

#include <algorithm>

#include "core/parallel.h"
#include "core/scratch.h"
#include "kernels/gemm/dots.h"
#include "kernels/gemm/products.h"
#include "kernels/gemm/vectors.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kGrainWork = 1 << 20;  // multiplications per piece: 10 us at 100 a nanosecond
constexpr int64_t kLargeWork = 1 << 23;  // from here on a product of a batch is cut itself
// How much of k one piece takes where k is cut: enough that C, written once a piece, is little beside A and B; and, for
// a product with little to do per element, not too much to share.
constexpr int64_t kLeastDepth = 1024, kMostDepth = 1 << 16, kShallow = 128 * 128;
constexpr int64_t kVectorWork = 1 << 17;  // elements of a matrix per piece, where each is used once

template <class T>
bool has_contiguous_side(const Strided<T>& x) {
  return x.row_stride == 1 || x.col_stride == 1;
}

// y = A x in pieces of rows, so that each element of y is one sum.
template <class T>
void vector_product(const Strided<T>& a, int64_t m, int64_t k, const T* x, int64_t x_stride, T* y, int64_t y_stride) {
  const int64_t grain = std::max<int64_t>(64, kVectorWork / std::max<int64_t>(1, k) / 64 * 64);
  parallel_for(m, grain, [&](int64_t begin, int64_t end) {
    multiply_vector(a.from(begin, 0), end - begin, k, x, x_stride, y + begin * y_stride, y_stride);
  });
}

template <class T>
void one(const Product<T>& of) {
  if (of.k == 0) {
    for (int64_t i = 0; i < of.m && !of.add; ++i) std::fill_n(of.c + i * of.c_row, of.n, T{0});
  } else if (of.n == 1 && !of.add && has_contiguous_side(of.a)) {
    vector_product(of.a, of.m, of.k, of.b.data, of.b.row_stride, of.c, of.c_row);
  } else if (of.m == 1 && !of.add && has_contiguous_side(of.b)) {
    vector_product(of.b.transposed(), of.n, of.k, of.a.data, of.a.col_stride, of.c, 1);
  } else if (is_few_dots(of)) {
    multiply_few_dots(of);
  } else {
    return multiply(of);
  }
  if (!of.epilogue.empty()) finish(of.epilogue, of.c, of.c_row, of.m, of.n, 0, 0);
}

// How much of k one piece takes: all of it where C has blocks to share, or where k is short.
template <class T>
int64_t depth_of(const Product<T>& of) {
  if (of.m * of.n > kShallow) return of.k;
  const int64_t depth = std::clamp(kGrainWork / (of.m * of.n), kLeastDepth, kMostDepth);
  return of.k < 2 * depth ? of.k : depth;
}

template <class T>
void deep(const Product<T>& of, int64_t depth) {
  const int64_t size = of.m * of.n;
  const Scratch<T> parts(pieces_of(of.k, depth) * size);
  parallel_for(of.k, depth, [&](int64_t begin, int64_t end) {
    T* part = parts.data() + begin / depth * size;
    one<T>({of.m, of.n, end - begin, of.a.from(0, begin), of.b.from(begin, 0), part, of.n});
  });
  for (int64_t i = 0; i < of.m; ++i) {
    T* row = of.c + i * of.c_row;
    if (!of.add) std::copy_n(parts.data() + i * of.n, of.n, row);
    for (int64_t part = of.add ? 0 : 1; part < pieces_of(of.k, depth); ++part) {
      const T* from = parts.data() + part * size + i * of.n;
      for (int64_t j = 0; j < of.n; ++j) row[j] += from[j];
    }
  }
  if (!of.epilogue.empty()) finish(of.epilogue, of.c, of.c_row, of.m, of.n, 0, 0);
}

// Overflow wraps.
template <class T>
void integers(const Product<T>& of) {
  using U = std::make_unsigned_t<T>;
  const int64_t grain = std::max<int64_t>(1, kGrainWork / std::max<int64_t>(1, of.n * of.k));
  parallel_for(of.m, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      T* row = of.c + i * of.c_row;
      of.epilogue.bias ? (void)std::copy_n(of.epilogue.bias, of.n, row) : (void)std::fill_n(row, of.n, T{0});
      for (int64_t p = 0; p < of.k; ++p) {
        const U factor = static_cast<U>(*of.a.at(i, p));
        for (int64_t j = 0; j < of.n; ++j) {
          row[j] = static_cast<T>(static_cast<U>(row[j]) + factor * static_cast<U>(*of.b.at(p, j)));
        }
      }
    }
  });
}

}  // namespace

template <class T>
void multiply_each(int64_t count, const std::function<Product<T>(int64_t)>& product_of) {
  if (count == 0) return;
  const auto multiply_one = [&](const Product<T>& of) {
    if constexpr (std::is_integral_v<T>) {
      integers(of);
    } else {
      const int64_t depth = count == 1 ? depth_of(of) : of.k;
      depth < of.k ? deep(of, depth) : one(of);
    }
  };
  const Product<T> first = product_of(0);
  if (first.m == 0 || first.n == 0) return;
  const int64_t work = first.m * first.n * std::max<int64_t>(1, first.k);
  if (count == 1 || work >= kLargeWork) {
    for (int64_t i = 0; i < count; ++i) multiply_one(product_of(i));
  } else {
    parallel_for(count, std::max<int64_t>(1, kGrainWork / work), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) multiply_one(product_of(i));
    });
  }
}

template void multiply_each(int64_t, const std::function<Product<float>(int64_t)>&);
template void multiply_each(int64_t, const std::function<Product<double>(int64_t)>&);

namespace {

template <class T>
void run(const Gemm& of) {
  multiply_each<T>(of.batches, [&](int64_t batch) {
    const T* a = static_cast<const T*>(of.a.data) + (of.a_at.empty() ? 0 : of.a_at[batch]);
    const T* b = static_cast<const T*>(of.b.data) + (of.b_at.empty() ? 0 : of.b_at[batch]);
    return Product<T>{of.m,
                      of.n,
                      of.k,
                      {a, of.a.row_stride, of.a.col_stride},
                      {b, of.b.row_stride, of.b.col_stride},
                      static_cast<T*>(of.c) + batch * of.m * of.c_row_stride,
                      of.c_row_stride,
                      {.bias = static_cast<const T*>(of.bias), .activation = of.activation}};
  });
}

}  // namespace

void gemm(DType dtype, const Gemm& of) {
  const FlushDenormals flush;
  visit(dtype, [&]<class T>() {
    if constexpr (!std::is_same_v<T, bool>) run<T>(of);
  });
}

}  // namespace dlcore::kernels
