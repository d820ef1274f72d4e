#pragma once

#include <type_traits>

#include "core/loop.h"
#include "dlcore/autograd.h"
#include "dlcore/ops.h"

// What most ops need between their arguments and their kernel: a common dtype, a result, a Loop over both.
namespace dlcore {

// A Loop whose shape is y's; the others broadcast to it. Same-shaped contiguous tensors take no walk at all.
template <class... X>
Loop<1 + sizeof...(X)> loop_over(const Tensor& y, const X&... x) {
  constexpr int kOperands = 1 + sizeof...(X);
  Loop<kOperands> loop;
  const Tensor* operands[] = {&y, &x...};
  bool flat = true;
  for (int k = 0; k < kOperands; ++k) {
    loop.data[k] = operands[k]->data();
    flat = flat && operands[k]->is_contiguous() && operands[k]->shape() == y.shape();
  }
  loop.numel = y.numel();
  if (flat) {
    loop.ndim = 1;
    loop.shape[0] = loop.numel;
    for (auto& strides : loop.strides) strides[0] = 1;
    return loop;
  }
  loop.ndim = y.ndim();
  for (int k = 0; k < kOperands; ++k) {
    const int missing = y.ndim() - operands[k]->ndim();
    for (int d = 0; d < y.ndim(); ++d) {
      const bool repeats = d < missing || (operands[k]->size(d - missing) == 1 && y.size(d) != 1);
      loop.strides[k][d] = repeats ? 0 : operands[k]->strides()[d - missing];
    }
  }
  for (int d = 0; d < y.ndim(); ++d) loop.shape[d] = y.size(d);
  simplify(loop);
  return loop;
}

// What an input looked like, for bringing a gradient back to it.
struct Like {
  Like(const Tensor& x) : shape(x.shape()), dtype(x.dtype()) {}
  // Undoes broadcasting and promotion.
  Tensor operator()(const Tensor& dy) const { return to(sum_to(dy, shape), dtype); }
  Shape shape;
  DType dtype;
};

inline int kind_of(DType dtype) { return dtype == DType::Bool ? 0 : is_integral(dtype) ? 1 : 2; }  // NOTE [Promotion]

// A weak number comes out of an op as an ordinary tensor.
DType floating_result(const char* op, const Tensor& x);  // x's dtype, or the default where x is integral

}  // namespace dlcore
