#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "kernels/optim.h"

// An optimizer's step is bound by memory: each element of parameter, gradient and state is read and written once, where
// it lies. Hence one kernel for all options of an optimizer: a multiplication by zero or one costs nothing beside that,
// and a state that the options need not is a block of zeros that stays in the first cache. The elements of all
// parameters are cut as one long row, so that many small parameters cost no more wake-ups than one large one.
namespace dlcore::kernels {

// Light work, but up to seven streams: 8192 elements of Adam take about 10 us.
inline constexpr int64_t kOptimGrain = 8192;
inline constexpr int64_t kOptimBlock = 512;  // elements: three blocks of zeros take an eighth of the first cache

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

// Each stream is fetched so far ahead: the processor finds its way along one by itself, but not soon enough along four.
inline constexpr int64_t kOptimAhead = 2048;  // bytes; in a bare loop of Adam 1 KB and 4 KB do as well

// Flattened: a call left in the formula would keep the loops from becoming vectors.
template <class T, class Formula, class... State>
[[gnu::flatten]] void step_elements(int64_t n, const WeightDecay<T>& d, const Formula& formula, T* w, const T* dw,
                                    State*... state) {
  const auto element = [&](int64_t i) __attribute__((always_inline)) {
    T x = w[i];
    const T g = d.sign * dw[i] + d.decay * x;
    x *= d.shrink;
    formula(x, g, state[i]...);
    w[i] = x;
  };
  const auto fetch = [](const T* p) { __builtin_prefetch(reinterpret_cast<const char*>(p) + kOptimAhead); };
  constexpr int64_t kLine = 64 / sizeof(T);
  int64_t i = 0;
  for (; i + kLine <= n; i += kLine) {
    fetch(w + i), fetch(dw + i), (fetch(state + i), ...);
#pragma GCC ivdep
    for (int64_t j = i; j < i + kLine; ++j) element(j);
  }
#pragma GCC ivdep
  for (; i < n; ++i) element(i);
}

// formula_of<T>(slice) gives what is done to one element of it: formula(w, g, state...), which changes w and the state.
template <class Options, class FormulaOf>
void step_slices(DType dtype, OptimSlices slices, const Options& options, const FormulaOf& formula_of) {
  constexpr size_t kStates = Options::kState.size();
  std::vector<int64_t> ends;
  ends.reserve(slices.size());
  int64_t total = 0;
  for (const OptimSlice& s : slices) ends.push_back(total += s.n);

  visit_floating(dtype, [&]<class T>() {
    const WeightDecay<T> decay(options);
    parallel_for(total, kOptimGrain, [&](int64_t begin, int64_t end) {
      alignas(64) T zeros[kStates][kOptimBlock];
      for (size_t k = std::upper_bound(ends.begin(), ends.end(), begin) - ends.begin(); begin < end; ++k) {
        const OptimSlice& s = slices[k];
        const auto formula = formula_of.template operator()<T>(s);
        const int64_t start = ends[k] - s.n, stop = std::min(end, ends[k]);
        for (int64_t n; begin < stop; begin += n) {
          n = std::min(stop - begin, kOptimBlock);
          const auto state = [&](size_t i) {
            if (s.state[i]) return static_cast<T*>(s.state[i]) + (begin - start);
            std::fill_n(zeros[i], n, T(0));
            return zeros[i];
          };
          [&]<size_t... I>(std::index_sequence<I...>) {
            step_elements<T>(n, decay, formula, static_cast<T*>(s.w) + (begin - start),
                             static_cast<const T*>(s.dw) + (begin - start), state(I)...);
          }
          (std::make_index_sequence<kStates>{});
        }
      }
    });
  });
}

}  // namespace dlcore::kernels
