#include "kernels/reduce.h"

#include <type_traits>

#include "kernels/reduction.h"

namespace dlcore::kernels {
namespace {

template <class T>
struct Sum {
  using X = T;
  using Lane = std::conditional_t<std::is_integral_v<T>, int64_t, T>;
  using Total = std::conditional_t<std::is_integral_v<T>, int64_t, double>;
  using Y = Lane;
  using Param = NoParam;

  double divisor;

  template <class A>
  static A identity() {
    return 0;
  }
  NoParam param(int64_t) const { return {}; }
  Lane map(X x, NoParam) const { return static_cast<Lane>(x); }
  template <class A>
  A join(A a, A b) const {
    return a + b;
  }
  Y finish(Total total) const {
    if constexpr (std::is_integral_v<T>) {
      return total;
    } else {
      return static_cast<Y>(total / divisor);
    }
  }
};

}  // namespace

void sum(DType dtype, const Reduction& reduction, double divisor) {
  visit(dtype, [&]<class T>() { reduce(reduction, Sum<T>{divisor}); });
}

}  // namespace dlcore::kernels
