#pragma once

#include <vector>

#include "dlcore/dtype.h"

// Pooling where each output sees a range of its own: adaptive pooling, and windows so large that their taps are no
// bytes. Of contiguous planes.
namespace dlcore::kernels {

// Along one axis: output o sees begin[o], begin[o] + step, ... before end[o], at least one place. Both rise with o.
struct Ranges {
  int64_t in = 1, step = 1;
  std::vector<int64_t> begin, end;
  std::vector<int64_t> count;  // what a mean divides by
  int64_t out() const { return static_cast<int64_t>(begin.size()); }
};

struct RangePool {
  int64_t M = 1;
  Ranges d, h, w;
  int64_t override = 0;  // if not 0, means divide by this
  int64_t inputs() const { return d.in * h.in * w.in; }
  int64_t outputs() const { return d.out() * h.out() * w.out(); }
};

// Means; steps are 1.
void avg_ranges(DType dtype, const RangePool& of, const void* x, void* y);
void avg_ranges_backward(DType dtype, const RangePool& of, const void* dy, void* dx);
// The largest, and where it is in its plane. NaN is larger than every number; of equals the first is taken.
void max_ranges(DType dtype, const RangePool& of, const void* x, void* y, int64_t* places);

// ---- By places in planes ----
// y[m, o] = x[m, places[m, o]], for x (M, inputs), places and y (M, outputs).
void gather_places(DType dtype, int64_t M, int64_t inputs, int64_t outputs, const void* x, const int64_t* places,
                   void* y);
// y[m, places[m, o]] = x[m, o], or the sum of those, and 0 elsewhere, for y (M, outputs).
void scatter_places(DType dtype, int64_t M, int64_t inputs, int64_t outputs, bool add, const void* x,
                    const int64_t* places, void* y);
// The first of n places outside of [0, outputs), or n.
int64_t first_outside(int64_t n, int64_t outputs, const int64_t* places);

}  // namespace dlcore::kernels
