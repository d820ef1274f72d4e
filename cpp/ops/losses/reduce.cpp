#include "ops/losses/reduce.h"

namespace dlcore {

void check_same_shape(const char* op, const Tensor& input, const Tensor& target) {
  if (input.shape() != target.shape())
    raise<ValueError>(op, ": expected a target of the input's shape ", input.shape(), ", got ", target.shape());
}

void check_floating(const char* op, const char* argument, const Tensor& x) {
  if (!is_floating(x.dtype())) raise<TypeError>(op, ": expected ", argument, " of a floating dtype, got ", x.dtype());
}

Tensor reduced(const Tensor& losses, Reduction reduction) {
  switch (reduction) {
    case Reduction::None:
      return losses;
    case Reduction::Sum:
      return sum(losses);
    case Reduction::Mean:
      return mean(losses);
    case Reduction::BatchMean:
      raise<ValueError>("reduction: 'batchmean' is for kl_div alone; expected 'none', 'mean' or 'sum'");
  }
  __builtin_unreachable();
}

}  // namespace dlcore
