#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

// What a reduction walks: y[k] over the axes that stay, x[k, r] over those and the axes that go. Each loop is ordered
// by x's strides, largest first, and merged.
struct Reduction {
  Loop<2> kept;     // x, y
  Loop<1> reduced;  // x
};

// y = sum / divisor. Sums of bool and integers are int64 and not divided.
void sum(DType dtype, const Reduction& reduction, double divisor);
// Products of bool and integers are int64.
void prod(DType dtype, const Reduction& reduction);

// y has x's dtype. NaN wins.
void amax(DType dtype, const Reduction& reduction);
void amin(DType dtype, const Reduction& reduction);
// y is bool, or uint8 of the same numbers.
void any(DType dtype, const Reduction& reduction);
void all(DType dtype, const Reduction& reduction);

// The rest is for floating dtypes; what belongs to each output, `mean` or `top`, lies as y does.
// y = sum of (x - mean)^2 / divisor, or the root of it.
void variance(DType dtype, const Reduction& reduction, const void* mean, double divisor, bool root);
// y = ln(sum of e^x), shifted by the largest x where that is finite.
void logsumexp(DType dtype, const Reduction& reduction, const void* top);
// y = (sum of |x|^p)^(1/p); the largest or smallest |x| for an infinite p, the count of non-zeros for 0.
void norm(DType dtype, const Reduction& reduction, double p);

}  // namespace dlcore::kernels
