#pragma once

#include "core/loop.h"
#include "dlcore/dtype.h"

namespace dlcore::kernels {

// y = a op b; y is bool, a and b have the dtype given. Greater-than is less-than of b and a.
void eq(DType dtype, const Loop<3>& loop);
void ne(DType dtype, const Loop<3>& loop);
void lt(DType dtype, const Loop<3>& loop);
void le(DType dtype, const Loop<3>& loop);

// y is bool, x floating.
void isnan(DType dtype, const Loop<2>& loop);
void isinf(DType dtype, const Loop<2>& loop);
void isfinite(DType dtype, const Loop<2>& loop);

struct Closeness {
  double rtol, atol;
  bool equal_nan;
};
void isclose(DType dtype, const Loop<3>& loop, const Closeness& closeness);  // y is bool, a and b floating

bool all_true(const Loop<1>& loop);  // of bool

// On integers bit by bit; on bool these are the logical operations.
void bitwise_and(DType dtype, const Loop<3>& loop);
void bitwise_or(DType dtype, const Loop<3>& loop);
void bitwise_xor(DType dtype, const Loop<3>& loop);
void bitwise_not(DType dtype, const Loop<2>& loop);

// y = condition ? a : b; condition is bool, y, a and b have the dtype given.
void where(DType dtype, const Loop<4>& loop);

}  // namespace dlcore::kernels
