#include <limits>

#include "ops/indexing/lookup.h"

namespace dlcore {

Tensor one_hot(const Tensor& x, int64_t classes) {
  const Tensor index = as_index("one_hot", x);
  const auto [min, max] = kernels::extent(loop_over(index));
  if (classes < -1) raise<ValueError>("one_hot: num_classes: expected a number of classes or -1, got ", classes);
  if (classes == -1 && index.numel() == 0)
    raise<ValueError>("one_hot: the number of classes does not follow from shape ", x.shape(), "; pass num_classes");
  if (classes == -1 && max == std::numeric_limits<int64_t>::max())
    raise<OutOfMemory>("one_hot: more classes than can be addressed");
  const int64_t size = classes == -1 ? max + 1 : classes;
  if (min < 0) raise<IndexError>("one_hot: class ", min, " is negative");
  if (max >= size) raise<IndexError>("one_hot: class ", max, " is out of range for ", size, " classes");

  Shape shape = x.shape();
  shape.push_back(size);
  const Tensor y = zeros(shape, DType::Int64);
  Lookup lookup{x.shape(), y.strides(), index, index.strides(), 1, {}};
  lookup.x_strides.erase(x.ndim());
  put(y, lookup, to(1, DType::Int64));
  return y;
}

}  // namespace dlcore
