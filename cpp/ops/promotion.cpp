#include "dlcore/ops.h"
#include "ops/result.h"

// NOTE [Promotion]
// As in PyTorch: tensors with dimensions decide first, then 0-d tensors, then plain numbers. A later group matters only
// where its kind (bool < integer < floating) is higher than that of the groups before it.
namespace dlcore {
namespace {

// A weak number's own dtype never spreads: a float is of the default dtype.
DType own_dtype(const Tensor& x) { return x.is_weak() && is_floating(x.dtype()) ? kDefaultDType : x.dtype(); }

int rank(const Tensor& x) { return x.is_weak() ? 0 : x.ndim() == 0 ? 1 : 2; }

}  // namespace

DType promote_types(DType a, DType b) { return a > b ? a : b; }

DType result_type(const Tensor& a, const Tensor& b) {
  const DType ta = own_dtype(a), tb = own_dtype(b);
  if (ta == tb) return ta;
  const int ra = rank(a), rb = rank(b);
  if (ra == rb) return promote_types(ta, tb);
  const DType strong = ra > rb ? ta : tb, weak = ra > rb ? tb : ta;
  return kind_of(weak) > kind_of(strong) ? weak : strong;
}

DType floating_result(const char*, const Tensor& x) { return is_floating(own_dtype(x)) ? own_dtype(x) : kDefaultDType; }

}  // namespace dlcore
