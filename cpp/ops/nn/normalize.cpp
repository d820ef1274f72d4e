#include "dlcore/nn.h"
#include "ops/result.h"

namespace dlcore {
namespace {

void check_floating_input(const char* op, const char* name, const Tensor& x) {
  if (!is_floating(x.dtype())) raise<TypeError>(op, ": ", name, ": expected a floating dtype, got ", x.dtype());
}

// x / max(|x|, eps) along an axis.
Tensor of_unit_length(const Tensor& x, double p, const Dims& axes, double eps) {
  return x / clamp(norm(x, p, axes, true), eps, {});
}

}  // namespace

Tensor normalize(const Tensor& x, double p, const Dims& axes, double eps) {
  check_floating_input("normalize", "input", x);
  return of_unit_length(x, p, axes, eps);
}

Tensor cosine_similarity(const Tensor& x1, const Tensor& x2, int axis, double eps) {
  check_floating_input("cosine_similarity", "x1", x1);
  check_floating_input("cosine_similarity", "x2", x2);
  const Tensor xs[] = {x1, x2};
  const std::vector<Tensor> both = broadcast_tensors(xs);
  const Dims axes{normalize_axis("cosine_similarity", axis, both[0].shape())};
  return sum(of_unit_length(both[0], 2, axes, eps) * of_unit_length(both[1], 2, axes, eps), axes);
}

}  // namespace dlcore
