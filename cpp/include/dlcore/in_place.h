#pragma once

#include <type_traits>

#include "dlcore/ops.h"

namespace DLCORE_API dlcore {

namespace detail {

template <class A>
bool wants_gradient(const A& argument) {
  if constexpr (std::is_convertible_v<const A&, const Tensor&>) {
    const Tensor& x = argument;
    return x.defined() && x.requires_grad();
  } else {
    return false;
  }
}
// Throws TypeError where x cannot hold a result of this dtype: a kind (bool < integer < floating) above its own.
void check_kept_dtype(const char* op, const Tensor& x, DType result);
const Tensor& overwrite(const char* op, const Tensor& x, const Tensor& y);

}  // namespace detail

// x = op(x, arguments...) for any op whose result has x's shape: in_place("exp_", x, &exp).
// The op computes into fresh memory, from which x is overwritten; where it records, it sees a copy of x, because its
// gradient may need what x was.
template <class Op, class... A>
const Tensor& in_place(const char* name, const Tensor& x, const Op& op, const A&... arguments) {
  check_writable(name, x);
  const bool records = grad_enabled() && (detail::wants_gradient(x) || (detail::wants_gradient(arguments) || ...));
  return detail::overwrite(name, x, op(records ? clone(x) : x, arguments...));
}

}  // namespace dlcore
