#pragma once

#include <cstdint>
#include <span>

#include "dlcore/dtype.h"
#include "dlcore/optim_options.h"

namespace dlcore::kernels {

// One parameter's elements, contiguous, with its gradient and what the optimizer remembers of it.
struct SgdSlice {
  void* w;
  const void* dw;
  void* velocity;  // null without momentum
  int64_t n;
  bool first;  // velocity holds zeros and takes the gradient whole
};
struct AdamSlice {
  void* w;
  const void* dw;
  void* m;
  void* v;
  void* v_max;  // null without amsgrad
  int64_t n;
  double step;  // how many steps this one makes
};

// One step for all slices, which have the same floating dtype.
void sgd_step(DType dtype, std::span<const SgdSlice> slices, const SgdOptions& options);
void adam_step(DType dtype, std::span<const AdamSlice> slices, const AdamOptions& options);

}  // namespace dlcore::kernels
