#include "dlcore/ops.h"

namespace dlcore {

Tensor movedim(const Tensor& x, const Dims& source, const Dims& destination) {
  const Dims from = normalize_axes("movedim", source, x.shape());
  const Dims to = normalize_axes("movedim", destination, x.shape());
  if (from.size() != to.size())
    raise<ValueError>("movedim: expected as many destinations as sources, got ", source, " and ", destination);
  if (x.ndim() == 0) return permute(x, {});
  Dims axes = Dims::filled(x.ndim(), -1);
  for (int i = 0; i < from.size(); ++i) axes[to[i]] = from[i];
  int next = 0;  // the axes not named keep their order in the places that are left
  for (int64_t& axis : axes) {
    if (axis >= 0) continue;
    while (from.contains(next)) ++next;
    axis = next++;
  }
  return permute(x, axes);
}

}  // namespace dlcore
