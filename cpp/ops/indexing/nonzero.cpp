#include "kernels/nonzero.h"

#include <memory>

#include "ops/indexing/lookup.h"

namespace dlcore {
namespace {

// The places of x's elements that are not zero: (count, dimensions), or the same transposed in memory.
Tensor places(const Tensor& x, bool by_axis) {
  const Tensor mask = contiguous(x.dtype() == DType::Bool ? x : ne(x.detach(), 0));
  const auto before = std::make_unique_for_overwrite<int64_t[]>(kernels::count_pieces(mask.numel()));
  const int64_t n = kernels::count_true(mask.data<bool>(), mask.numel(), before.get());
  const Tensor y = empty(by_axis ? Shape{x.ndim(), n} : Shape{n, x.ndim()}, DType::Int64);
  const int64_t row_step = by_axis ? 1 : x.ndim(), axis_step = by_axis ? n : 1;
  if (y.numel() > 0)
    kernels::true_places(mask.data<bool>(), mask.numel(), x.shape(), before.get(),
                         {y.data<int64_t>(), row_step, axis_step});
  return y;
}

}  // namespace

Tensor nonzero(const Tensor& x) { return places(x, false); }

std::vector<Tensor> nonzero_axes(const Tensor& x) { return unbind(places(x.ndim() ? x : reshape(x, {1}), true)); }

bool contains(const Tensor& x, const Tensor& value) { return nonzero(eq(x.detach(), value.detach())).size(0) > 0; }

}  // namespace dlcore
