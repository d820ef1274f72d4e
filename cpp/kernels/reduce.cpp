#include "kernels/reduce.h"

#include <cmath>

#include "kernels/math.h"
#include "kernels/reducers.h"

namespace dlcore::kernels {
namespace {

template <class T>
struct Product : Counted<T> {
  template <class A>
  static A identity() {
    return 1;
  }
  template <class A>
  A join(A a, A b) const {
    return a * b;
  }
  typename Product::Y finish(typename Product::Total total, NoParam) const {
    return static_cast<typename Product::Y>(total);
  }
};

// Truth values as wide as x, so that a comparison of vectors is one without a change of width.
template <class T, bool kAll>
struct Truth {
  using X = T;
  using Lane = std::conditional_t<sizeof(T) == 1, uint8_t, std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>>;
  using Total = Lane;
  using Y = uint8_t;
  using Param = NoParam;

  template <class A>
  static A identity() {
    return kAll;
  }
  NoParam param(int64_t) const { return {}; }
  Lane map(T x, NoParam) const { return x != T{0}; }
  Lane join(Lane a, Lane b) const { return kAll ? a & b : a | b; }
  uint8_t finish(Lane total, NoParam) const { return static_cast<uint8_t>(total); }
};

template <class T, bool kLargest>
struct ExtremeMagnitude : Extreme<T, kLargest> {
  template <class A>
  static A identity() {
    return kLargest ? T{0} : kWorst<T, false>;
  }
  T map(T x, NoParam) const { return math::magnitude(x); }
};

}  // namespace

void sum(DType dtype, const Reduction& reduction, double divisor) {
  visit(dtype, [&]<class T>() { reduce(reduction, Sum<T>{{}, divisor}); });
}

void prod(DType dtype, const Reduction& reduction) {
  visit(dtype, [&]<class T>() { reduce(reduction, Product<T>{}); });
}

void amax(DType dtype, const Reduction& reduction) {
  visit(dtype, [&]<class T>() { reduce(reduction, Extreme<T, true>{}); });
}
void amin(DType dtype, const Reduction& reduction) {
  visit(dtype, [&]<class T>() { reduce(reduction, Extreme<T, false>{}); });
}

void any(DType dtype, const Reduction& reduction) {
  visit(dtype, [&]<class T>() { reduce(reduction, Truth<T, false>{}); });
}
void all(DType dtype, const Reduction& reduction) {
  visit(dtype, [&]<class T>() { reduce(reduction, Truth<T, true>{}); });
}

void variance(DType dtype, const Reduction& reduction, const void* mean, double divisor, bool root) {
  visit_floating(dtype, [&]<class T>() {
    const auto square = [](T x, T m) { return (x - m) * (x - m); };
    const auto finish = [=](double total, T) {
      return static_cast<T>(root ? std::sqrt(total / divisor) : total / divisor);
    };
    reduce(reduction, sum_of<T>(static_cast<const T*>(mean), square, finish));
  });
}

void logsumexp(DType dtype, const Reduction& reduction, const void* top) {
  visit_floating(dtype, [&]<class T>() {
    const auto shift = [](T m) { return std::isfinite(m) ? m : T{0}; };
    reduce(reduction, sum_of<T>(
                          static_cast<const T*>(top), [=](T x, T m) { return math::exp(x - shift(m)); },
                          [=](double total, T m) { return static_cast<T>(std::log(total) + shift(m)); }));
  });
}

void norm(DType dtype, const Reduction& reduction, double p) {
  visit_floating(dtype, [&]<class T>() {
    constexpr const NoParam* kNone = nullptr;
    const auto powers = [&](auto map, auto finish) {
      reduce(reduction, sum_of<T>(
                            kNone, [=](T x, NoParam) { return static_cast<T>(map(x)); },
                            [=](double total, NoParam) { return static_cast<T>(finish(total)); }));
    };
    const auto as_it_is = [](double total) { return total; };
    if (p == std::numeric_limits<double>::infinity()) {
      reduce(reduction, ExtremeMagnitude<T, true>{});
    } else if (p == -std::numeric_limits<double>::infinity()) {
      reduce(reduction, ExtremeMagnitude<T, false>{});
    } else if (p == 0) {
      powers([](T x) { return x != 0; }, as_it_is);
    } else if (p == 1) {
      powers([](T x) { return math::magnitude(x); }, as_it_is);
    } else if (p == 2) {
      powers([](T x) { return x * x; }, [](double total) { return std::sqrt(total); });
    } else {
      powers([p](T x) { return std::pow(math::magnitude(x), static_cast<T>(p)); },
             [p](double total) { return std::pow(total, 1 / p); });
    }
  });
}

}  // namespace dlcore::kernels
