#include "dlcore/ops.h"

namespace dlcore {

std::vector<Tensor> meshgrid(std::span<const Tensor> xs, std::string_view indexing) {
  if (indexing != "ij" && indexing != "xy")
    raise<ValueError>("meshgrid: indexing: expected 'ij' or 'xy', got '", indexing, "'");
  if (xs.empty()) raise<ValueError>("meshgrid: expected at least one tensor");
  const int n = static_cast<int>(xs.size());
  const bool swapped = indexing == "xy" && n > 1;
  const auto axis_of = [&](int i) { return swapped && i < 2 ? 1 - i : i; };
  Shape shape = Dims::filled(n, 1);
  for (int i = 0; i < n; ++i) {
    if (xs[i].ndim() > 1) raise<ValueError>("meshgrid: expected vectors, got shape ", xs[i].shape());
    shape[axis_of(i)] = xs[i].numel();
  }
  std::vector<Tensor> ys;
  for (int i = 0; i < n; ++i) {
    Shape along = Dims::filled(n, 1);
    along[axis_of(i)] = xs[i].numel();
    ys.push_back(expand(reshape(xs[i], along), shape));
  }
  return ys;
}

}  // namespace dlcore
