#include "ops/losses/reduce.h"

namespace dlcore {

Tensor nll_loss(const Tensor& x, const Tensor& target, const Tensor& weight, Reduction reduction,
                int64_t ignore_index) {
  check_floating("nll_loss", "an input", x);
  if (x.ndim() == 0) raise<ValueError>("nll_loss: expected an input with a class axis, got shape ", x.shape());
  const int axis = x.ndim() == 1 ? 0 : 1;
  Shape expected = x.shape();
  expected.erase(axis);
  if (target.shape() != expected)
    raise<ValueError>("nll_loss: for an input of shape ", x.shape(), " expected a target of shape ", expected, ", got ",
                      target.shape());
  if (target.dtype() != DType::Int64)
    raise<TypeError>("nll_loss: expected a target of class indices (int64), got dtype ", target.dtype());
  if (weight.defined() && weight.shape() != Shape{x.size(axis)})
    raise<ValueError>("nll_loss: expected weight of shape ", Shape{x.size(axis)}, ", got ", weight.shape());

  const Tensor counts = ne(target, ignore_index);
  const Tensor safe = where(counts, target, zeros_like(target));
  const Tensor picked = squeeze(gather(x, axis, unsqueeze(safe, axis)), Dims{axis});
  Tensor weights = to(counts, x.dtype());
  if (weight.defined()) weights = weights * reshape(index_select(weight, 0, reshape(safe, {safe.numel()})), expected);
  const Tensor losses = where(counts, neg(picked) * weights, zeros_like(weights));
  return reduction == Reduction::Mean ? sum(losses) / sum(weights) : reduced(losses, reduction);
}

}  // namespace dlcore
