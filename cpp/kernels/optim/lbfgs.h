#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "dlcore/dtype.h"

// What L-BFGS does with vectors as long as all parameters together: passes over memory, which measure on the way what
// they have at hand. All arrays have the same floating dtype.
namespace dlcore::kernels {

// Of a vector: the largest component and the sum of all, without their signs, and the product with another vector.
struct Measured {
  double largest = 0, sum = 0, product = 0;

  bool finite() const { return std::isfinite(sum); }
};

// A parameter or its gradient, contiguous; null for a gradient of zeros.
struct FlatPart {
  void* data;
  int64_t n;
};

// x = all parts, one behind the other; measured beside d, if given.
Measured flat_gather(DType dtype, std::span<const FlatPart> parts, const void* d, void* x);
// parts = start + t d; null for a start where they are.
void flat_move(DType dtype, const void* start, double t, const void* d, std::span<const FlatPart> parts);

// A step s, and the change y of the gradient along it.
struct CurvaturePair {
  void *s, *y;
};
struct Curvature {
  double sy = 0, yy = 0;  // products
};
// s = t d and y = g - before, of n elements.
Curvature curvature_pair(DType dtype, int64_t n, double t, const void* d, const void* g, const void* before,
                         CurvaturePair pair);
// Of each s, then of each y, with some vectors: products (2, pairs, with).
void curvature_products(DType dtype, int64_t n, std::span<const CurvaturePair> pairs, std::span<const void* const> with,
                        double* products);
// d = sum of weights[0, k] s_k + weights[1, k] y_k, - scale g; measured beside g.
Measured lbfgs_direction(DType dtype, int64_t n, std::span<const CurvaturePair> pairs, const double* weights,
                         double scale, const void* g, void* d);

}  // namespace dlcore::kernels
