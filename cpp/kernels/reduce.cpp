#include "kernels/reduce.h"

#include <cmath>

#include "kernels/bits.h"
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

// Of an element's bits alone: zero is where none is set, but for the sign of a floating zero. Truth values are as wide
// as x, so that a comparison of vectors is one without a change of width.
template <class Bits, bool kAll>
struct Truth {
  using X = Bits;
  using Lane = Bits;
  using Total = Bits;
  using Y = uint8_t;
  using Param = NoParam;

  template <class A>
  static A identity() {
    return kAll;
  }
  explicit Truth(DType dtype) : counting(is_floating(dtype) ? static_cast<Bits>(-1) >> 1 : static_cast<Bits>(-1)) {}
  Bits counting;  // the bits that make a number other than zero

  NoParam param(int64_t) const { return {}; }
  Lane map(X x, NoParam) const { return (x & counting) != 0; }
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

// As visit(), with bool as the byte that it is, 0 or 1: one dtype less to compile for.
template <class F>
void visit_numbers(DType dtype, F&& f) {
  visit(dtype == DType::Bool ? DType::UInt8 : dtype, [&]<class T>() {
    if constexpr (!std::is_same_v<T, bool>) f.template operator()<T>();
  });
}

}  // namespace

void sum(DType dtype, const Reduction& reduction, double divisor) {
  visit_numbers(dtype, [&]<class T>() { reduce(reduction, Sum<T>{{}, divisor}); });
}

void prod(DType dtype, const Reduction& reduction) {
  visit_numbers(dtype, [&]<class T>() { reduce(reduction, Product<T>{}); });
}

void amax(DType dtype, const Reduction& reduction) {
  visit_numbers(dtype, [&]<class T>() { reduce(reduction, Extreme<T, true>{}); });
}
void amin(DType dtype, const Reduction& reduction) {
  visit_numbers(dtype, [&]<class T>() { reduce(reduction, Extreme<T, false>{}); });
}

void any(DType dtype, const Reduction& reduction) {
  visit_bits(dtype, [&]<class T>() { reduce(reduction, Truth<T, false>(dtype)); });
}
void all(DType dtype, const Reduction& reduction) {
  visit_bits(dtype, [&]<class T>() { reduce(reduction, Truth<T, true>(dtype)); });
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
