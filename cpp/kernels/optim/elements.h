#pragma once

#include <type_traits>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "kernels/optim.h"
#include "kernels/optim/long_row.h"

// An optimizer's step is bound by memory: each element of parameter, gradient and state is read and written once, where
// it lies. Hence one formula for all options of an optimizer: a multiplication by zero or one costs nothing beside
// that. It is compiled for each choice of states, as even zeros from the first cache would hold up what goes to memory.
namespace dlcore::kernels {

// Light work, but up to seven streams: 8192 elements of Adam take about 10 us.
inline constexpr int64_t kOptimGrain = 8192;

// x, or zero where the options have no use for it: zero times infinity would be no number.
template <class T>
T if_used(bool used, T x) {
  return used ? x : T(0);
}

// What every optimizer does before its formula: g = +-dw + decay w, and w = shrink w if the decay is decoupled.
template <class T>
struct WeightDecay {
  T sign, decay = 0, shrink = 1;

  template <class Options>
  explicit WeightDecay(const Options& o) : sign(o.maximize ? -1 : 1) {
    bool decoupled = false;
    if constexpr (requires { o.decoupled_weight_decay; }) decoupled = o.decoupled_weight_decay;
    (decoupled ? shrink : decay) = static_cast<T>(decoupled ? 1 - o.lr * o.weight_decay : o.weight_decay);
  }
};

// Each stream is fetched so far ahead, to the second cache and then to the first: the processor finds its way along one
// by itself, but not soon enough along four.
inline constexpr int64_t kOptimFar = 8192, kOptimNear = 1024;  // bytes

template <class T>
void fetch_ahead(const T* p) {
  __builtin_prefetch(reinterpret_cast<const char*>(p) + kOptimFar, 0, 2);
  __builtin_prefetch(reinterpret_cast<const char*>(p) + kOptimNear);
}

// One that the options do without is zero before each step, and forgotten after it.
template <class T, bool kKept>
struct OptimState {
  T* data;

  T get(int64_t i) const { return kKept ? data[i] : T(0); }
  void put(int64_t i, T value) const {
    if constexpr (kKept) data[i] = value;
  }
  void fetch(int64_t i) const {
    if constexpr (kKept) fetch_ahead(data + i);
  }
};

// Flattened: a call left in the formula would keep the loops from becoming vectors. Constants come by value, as stores
// to w might change those that lie elsewhere.
template <class T, class Formula, bool... kKeeps>
[[gnu::flatten]] void step_elements(int64_t n, const WeightDecay<T> d, const Formula formula, T* w, const T* dw,
                                    OptimState<T, kKeeps>... state) {
  const auto element = [&](int64_t i) __attribute__((always_inline)) {
    T x = w[i];
    const T g = d.sign * dw[i] + d.decay * if_used(d.decay != 0, x);
    x *= d.shrink;
    [&](auto... values) {
      formula(x, g, values...);
      (state.put(i, values), ...);
    }(state.get(i)...);
    w[i] = x;
  };
  constexpr int64_t kLine = 64 / sizeof(T);
  int64_t i = 0;
  for (; i + kLine <= n; i += kLine) {
    fetch_ahead(w + i), fetch_ahead(dw + i), (state.fetch(i), ...);
#pragma GCC ivdep
    for (int64_t j = i; j < i + kLine; ++j) element(j);
  }
#pragma GCC ivdep
  for (; i < n; ++i) element(i);
}

// body(kept...), a constant for each state: whether the options keep it.
template <class Options, class... Kept, class Body>
void visit_states(const Options& options, const Body& body, Kept... kept) {
  constexpr size_t i = sizeof...(Kept);
  if constexpr (i == Options::kState.size()) {
    body(kept...);
  } else if constexpr (Options{}.keeps(i)) {  // whatever the options
    visit_states(options, body, kept..., std::true_type{});
  } else {
    options.keeps(i) ? visit_states(options, body, kept..., std::true_type{})
                     : visit_states(options, body, kept..., std::false_type{});
  }
}

// formula_of<T>(slice) gives what is done to one element of it: formula(w, g, state...), which changes w and the state.
template <class Options, class FormulaOf>
void step_slices(DType dtype, OptimSlices slices, const Options& options, const FormulaOf& formula_of) {
  const LongRow row(slices);
  visit_floating(dtype, [&]<class T>() {
    const WeightDecay<T> decay(options);
    std::vector<decltype(formula_of.template operator()<T>(slices[0]))> formulas;
    formulas.reserve(slices.size());
    for (const OptimSlice& s : slices) formulas.push_back(formula_of.template operator()<T>(s));
    visit_states(options, [&]<class... Kept>(Kept...) {
      parallel_for(row.size(), kOptimGrain, [&](int64_t begin, int64_t end) {
        row.walk(begin, end, [&](size_t k, int64_t at, int64_t n) {
          const OptimSlice& s = slices[k];
          [&]<size_t... I>(std::index_sequence<I...>) {
            step_elements<T>(n, decay, formulas[k], static_cast<T*>(s.w) + at, static_cast<const T*>(s.dw) + at,
                             OptimState<T, Kept::value>{Kept::value ? static_cast<T*>(s.state[I]) + at : nullptr}...);
          }
          (std::index_sequence_for<Kept...>{});
        });
      });
    });
  });
}

}  // namespace dlcore::kernels
