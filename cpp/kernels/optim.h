#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dlcore/dtype.h"
#include "dlcore/optim_options.h"

namespace dlcore::kernels {

// One parameter's elements, contiguous, with its gradient and what the optimizer remembers of it.
struct OptimSlice {
  void* w;
  const void* dw;
  std::array<void*, 3> state;  // in the order of the optimizer's kState; null where the options need none
  int64_t n;
  double step;  // how many steps this one makes, where they are counted
  bool first;   // the state was made for this step
};
using OptimSlices = std::span<const OptimSlice>;

// One step for all slices, which have the same floating dtype.
void sgd_step(DType dtype, OptimSlices slices, const SgdOptions& options);
void adagrad_step(DType dtype, OptimSlices slices, const AdagradOptions& options);
void rmsprop_step(DType dtype, OptimSlices slices, const RmspropOptions& options);
void adadelta_step(DType dtype, OptimSlices slices, const AdadeltaOptions& options);
void adam_step(DType dtype, OptimSlices slices, const AdamOptions& options);
void adamax_step(DType dtype, OptimSlices slices, const AdamaxOptions& options);
void radam_step(DType dtype, OptimSlices slices, const RadamOptions& options);
void lion_step(DType dtype, OptimSlices slices, const LionOptions& options);

}  // namespace dlcore::kernels
