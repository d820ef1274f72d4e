#pragma once

#include <memory>

#include "dlcore/nn.h"
#include "kernels/range_pool.h"
#include "kernels/window_axis.h"
#include "ops/result.h"

// What poolings check before anything is allocated.
namespace dlcore {

// "max_pool" over n axes is "max_pool2d".
using PoolNames = std::array<const char*, 3>;

// Refuses what is not floating, (N, C, ...) or (C, ...) with n sizes behind, none of them 0.
void check_planes(const char* op, const Tensor& x, int n);
// n numbers of low ... 2^31 - 1 from n or from one.
Dims per_axis(const char* op, const char* name, const Dims& given, int n, int64_t low);

struct Pooled {
  Shape in, out;
  kernels::Windows windows;
};
// Windows of n axes over x; padding may be as much as half a window.
Pooled pooled(const char* op, const Tensor& x, int n, const Pooling& of);
// The same windows, each one a range.
kernels::RangePool ranges_of(const kernels::Windows& windows);

// Output i of `out` sees floor(i in / out) ... ceil((i + 1) in / out) - 1; no size: the input's.
struct Adapted {
  Shape in, out;
  kernels::RangePool ranges;
};
Adapted adapted(const char* op, const Tensor& x, int n, std::span<const std::optional<int64_t>> output_size);

// y[..., o] = x[..., places[..., o]], x's last n axes being one, and the transpose, which gives x the shape `in`.
Tensor gather_places(const Tensor& x, const Tensor& places, int n);
Tensor scatter_places(const char* op, const Tensor& x, const Tensor& places, int n, const Shape& in, bool add);

inline int64_t planes_of(const Shape& shape, int n) {
  int64_t planes = 1;
  for (int d = 0; d < shape.size() - n; ++d) planes *= shape[d];
  return planes;
}

}  // namespace dlcore
