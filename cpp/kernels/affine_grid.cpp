// Along a row only x changes, so a row is x times one column of theta, plus a constant; both repeat every `dims`
// numbers, and so, whatever the width of a vector, every `dims` vectors. Threads share the rows, and backward the
// images.
#include "kernels/affine_grid.h"

#include <algorithm>

#include "core/parallel.h"
#include "core/scratch.h"
#include "kernels/simd.h"

namespace dlcore::kernels {
namespace {

using namespace simd;

// at[0], each number `dims` times.
template <class T>
Scratch<T> spread_columns(const AffineGrid& of) {
  Scratch<T> x(of.sizes[0] * of.dims);
  for (int64_t w = 0; w < of.sizes[0]; ++w) std::fill_n(x + w * of.dims, of.dims, static_cast<const T*>(of.at[0])[w]);
  return x;
}

template <class T>
T coordinate(const AffineGrid& of, int axis, int64_t row) {
  const int64_t i = axis == 1 ? row % of.sizes[1] : row / of.sizes[1];
  return static_cast<const T*>(of.at[axis])[i];
}

// y[i] = slope[i % D] x[i] + constant[i % D], for n numbers.
template <class T, int D>
void write_row(const T* x, const T* slope, const T* constant, int64_t n, T* y) {
  constexpr int kW = kWidth<T>;
  T slopes[D * kW], constants[D * kW];
  for (int i = 0; i < D * kW; ++i) slopes[i] = slope[i % D], constants[i] = constant[i % D];
  Vector<T> a[D], b[D];
  for (int v = 0; v < D; ++v) a[v] = load(slopes + v * kW), b[v] = load(constants + v * kW);
  int64_t i = 0;
  for (; i + D * kW <= n; i += D * kW) {
    for (int v = 0; v < D; ++v) store<T>(y + i + v * kW, a[v] * load(x + i + v * kW) + b[v]);
  }
  for (int v = 0; i < n; ++v, i += kW) {
    const int64_t count = std::min<int64_t>(kW, n - i);
    store_part<T>(y + i, a[v] * load_part(x + i, count) + b[v], count);
  }
}

// sums[d] = sum of g[i], along[d] = sum of g[i] x[i], over i = d, d + D, ... < n.
template <class T, int D>
void sum_row(const T* g, const T* x, int64_t n, double* sums, double* along) {
  constexpr int kW = kWidth<T>;
  Vector<T> sum[D] = {}, product[D] = {};
  int64_t i = 0;
  for (; i + D * kW <= n; i += D * kW) {
    for (int v = 0; v < D; ++v) {
      const Vector<T> a = load(g + i + v * kW);
      sum[v] += a;
      product[v] += a * load(x + i + v * kW);
    }
  }
  for (int v = 0; i < n; ++v, i += kW) {
    const int64_t count = std::min<int64_t>(kW, n - i);
    const Vector<T> a = load_part(g + i, count);
    sum[v] += a;
    product[v] += a * load_part(x + i, count);
  }
  for (int d = 0; d < D; ++d) sums[d] = along[d] = 0;
  for (int j = 0; j < D * kW; ++j) {
    sums[j % D] += sum[j / kW][j % kW];
    along[j % D] += product[j / kW][j % kW];
  }
}

template <class T, int D>
void forward(const AffineGrid& of, const T* theta, T* grid) {
  const int64_t rows = of.sizes[1] * of.sizes[2], n = of.sizes[0] * D;
  const Scratch<T> x = spread_columns<T>(of);
  parallel_for(of.N * rows, std::max<int64_t>(1, kElementGrain / n), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const T* t = theta + i / rows * D * (D + 1);
      T slope[D], constant[D];
      for (int d = 0; d < D; ++d, t += D + 1) {
        slope[d] = t[0];
        constant[d] = t[D];
        for (int a = 1; a < D; ++a) constant[d] += t[a] * coordinate<T>(of, a, i % rows);
      }
      write_row<T, D>(x, slope, constant, n, grid + i * n);
    }
  });
}

template <class T, int D>
void backward(const AffineGrid& of, const T* dgrid, T* dtheta) {
  const int64_t rows = of.sizes[1] * of.sizes[2], n = of.sizes[0] * D;
  const Scratch<T> x = spread_columns<T>(of);
  parallel_for(of.N, std::max<int64_t>(1, kElementGrain / (rows * n)), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      double total[D][D + 1] = {};
      for (int64_t row = 0; row < rows; ++row) {
        double sums[D], along[D];
        sum_row<T, D>(dgrid + (i * rows + row) * n, x, n, sums, along);
        for (int d = 0; d < D; ++d) {
          total[d][0] += along[d];
          for (int a = 1; a < D; ++a) total[d][a] += sums[d] * static_cast<double>(coordinate<T>(of, a, row));
          total[d][D] += sums[d];
        }
      }
      for (int d = 0; d < D; ++d)
        for (int a = 0; a <= D; ++a) dtheta[(i * D + d) * (D + 1) + a] = static_cast<T>(total[d][a]);
    }
  });
}

}  // namespace

void affine_grid(DType dtype, const AffineGrid& of, const void* theta, void* grid) {
  visit_floating(dtype, [&]<class T>() {
    (of.dims == 2 ? forward<T, 2> : forward<T, 3>)(of, static_cast<const T*>(theta), static_cast<T*>(grid));
  });
}

void affine_grid_backward(DType dtype, const AffineGrid& of, const void* dgrid, void* dtheta) {
  visit_floating(dtype, [&]<class T>() {
    (of.dims == 2 ? backward<T, 2> : backward<T, 3>)(of, static_cast<const T*>(dgrid), static_cast<T*>(dtheta));
  });
}

}  // namespace dlcore::kernels
