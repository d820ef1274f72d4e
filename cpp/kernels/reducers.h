#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/order.h"
#include "kernels/reduction.h"

// Ops of NOTE [Reductions] that more than one kernel reduces with.
namespace dlcore::kernels {

// Sums and products of integers are int64; those of floats are joined in double.
template <class T>
struct Counted {
  using X = T;
  using Lane = std::conditional_t<std::is_integral_v<T>, int64_t, T>;
  using Total = std::conditional_t<std::is_integral_v<T>, int64_t, double>;
  using Y = Lane;
  using Param = NoParam;

  NoParam param(int64_t) const { return {}; }
  Lane map(X x, NoParam) const { return static_cast<Lane>(x); }
};

template <class T>
struct Sum : Counted<T> {
  double divisor = 1;

  template <class A>
  static A identity() {
    return 0;
  }
  template <class A>
  A join(A a, A b) const {
    return a + b;
  }
  typename Sum::Y finish(typename Sum::Total total, NoParam) const {
    if constexpr (std::is_integral_v<T>) {
      return total;
    } else {
      return static_cast<T>(total / divisor);
    }
  }
};

// y = finish(sum of map(x, param)), the parameter of each output being one of `params`, or none.
template <class T, class P, class Map, class Finish>
struct SumOf {
  using X = T;
  using Lane = T;
  using Total = double;
  using Y = T;
  using Param = P;

  const P* params;
  Map map;
  Finish finish;

  template <class A>
  static A identity() {
    return 0;
  }
  P param(int64_t at) const {
    if constexpr (std::is_same_v<P, NoParam>) {
      return {};
    } else {
      return params[at];
    }
  }
  template <class A>
  A join(A a, A b) const {
    return a + b;
  }
};
template <class T, class P, class Map, class Finish>
SumOf<T, P, Map, Finish> sum_of(const P* params, Map map, Finish finish) {
  return {params, map, finish};
}

template <class T, bool kLargest>
struct Extreme {
  using X = T;
  using Lane = T;
  using Total = T;
  using Y = T;
  using Param = NoParam;

  template <class A>
  static A identity() {
    return kWorst<T, kLargest>;
  }
  NoParam param(int64_t) const { return {}; }
  T map(T x, NoParam) const { return x; }
  T join(T a, T b) const { return kLargest ? larger(a, b) : smaller(a, b); }
  T finish(T total, NoParam) const { return total; }
};

}  // namespace dlcore::kernels
