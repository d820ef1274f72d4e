// The forward-backward algorithm (Graves et al. 2006, section 4.1), in logarithms. A target of U classes is a chain of
// 2 U + 1 states, blank, class, blank, ..., blank. At each step a way stays, goes on to the next state, or skips a
// blank between two different classes. alpha sums over all ways to a state, its emission included; beta over all ways
// from there to the end, its own emission not: so the state's share of all ways is exp(alpha + beta + loss), and no
// difference of infinities is met. Threads share the examples; the states of a step are a loop of vectors.
#include "kernels/ctc_loss.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "core/scratch.h"
#include "kernels/math.h"

namespace dlcore::kernels {
namespace {

template <class T>
constexpr T kNever = -math::kInfinity<T>;

// ln(e^a + e^b + e^c)
template <class T>
DLCORE_INLINE T log_sum(T a, T b, T c) {
  const T top = std::max(a, std::max(b, c)), base = top == kNever<T> ? T{0} : top;
  return base + math::log(math::exp(a - base) + math::exp(b - base) + math::exp(c - base));
}

// The chain of one example. Arrays of states have two more in front, and two behind, which no way meets.
template <class T>
struct Chain {
  Chain(const Ctc& of, int64_t i)
      : S(2 * of.target_lengths[i] + 1),
        classes(S),
        skips(S + 4),
        emitted(S + 4),
        log_probs_row(of.batch * of.classes),
        offset(i * of.classes) {
    const int64_t* target = of.targets + of.target_at[i];
    std::fill_n(skips.data(), S + 4, kNever<T>);
    std::fill_n(emitted.data(), S + 4, kNever<T>);
    for (int64_t s = 0; s < S; ++s) {
      classes[s] = s % 2 == 0 ? of.blank : target[s / 2];
      if (s % 2 == 1 && s > 1 && target[s / 2] != target[s / 2 - 1]) skips[s] = 0;
    }
  }

  void emit(const T* x, int64_t t) const {
    const T* row = x + t * log_probs_row + offset;
    for (int64_t s = 0; s < S; ++s) emitted[s] = row[classes[s]];
  }

  int64_t S;
  Scratch<int64_t> classes;
  Scratch<T> skips, emitted;  // skips: 0 where state s can be reached from s - 2
  int64_t log_probs_row, offset;
};

template <class T>
T forward_pass(const Ctc& of, int64_t i, const T* x, T* alpha) {
  const Chain<T> chain(of, i);
  const int64_t S = chain.S, steps = of.input_lengths[i];
  if (steps == 0) return S == 1 ? T{0} : math::kInfinity<T>;
  const Scratch<T> room(S + 2);
  T* before = room.data() + 2;  // before[-1] and before[-2] can be read
  std::fill_n(room.data(), S + 2, kNever<T>);
  chain.emit(x, 0);
  std::fill_n(alpha, of.states, kNever<T>);
  for (int64_t s = 0; s < std::min<int64_t>(2, S); ++s) alpha[s] = chain.emitted[s];
  for (int64_t t = 1; t < steps; ++t) {
    std::copy_n(alpha, S, before);
    alpha += of.states;
    chain.emit(x, t);
    const T *skips = chain.skips, *emitted = chain.emitted;
#pragma GCC ivdep
    for (int64_t s = 0; s < S; ++s) {
      alpha[s] = log_sum(before[s], before[s - 1], before[s - 2] + skips[s]) + emitted[s];
    }
    std::fill(alpha + S, alpha + of.states, kNever<T>);
  }
  return -log_sum(alpha[S - 1], S > 1 ? alpha[S - 2] : kNever<T>, kNever<T>);
}

template <class T>
void backward_pass(const Ctc& of, int64_t i, const T* x, const T* alpha, T loss, T dy, T* dx) {
  const Chain<T> chain(of, i);
  const int64_t S = chain.S, steps = of.input_lengths[i], row = of.batch * of.classes, offset = i * of.classes;
  for (int64_t t = 0; t < of.steps; ++t) {
    // Where no way leads to the target the loss has no derivative, but counts for nothing if nothing is asked.
    const bool undefined = t < steps && std::isinf(loss) && dy != 0;
    std::fill_n(dx + t * row + offset, of.classes, undefined ? math::kNaN<T> : T{0});
  }
  if (std::isinf(loss) || steps == 0) return;
  const Scratch<T> room(S + 2), shares(S);
  T *beta = shares, *after = room.data();  // after[s]: beta of the next step, and its emission; two more behind
  std::fill_n(after, S + 2, kNever<T>);
  for (int64_t t = steps - 1; t >= 0; --t) {
    const T *at = alpha + t * of.states, *skips = chain.skips;
    if (t == steps - 1) {
      for (int64_t s = 0; s < S; ++s) beta[s] = s >= S - 2 ? T{0} : kNever<T>;
    } else {
#pragma GCC ivdep
      for (int64_t s = 0; s < S; ++s) beta[s] = log_sum(after[s], after[s + 1], after[s + 2] + skips[s + 2]);
    }
    chain.emit(x, t);
    const T* emitted = chain.emitted;
#pragma GCC ivdep
    for (int64_t s = 0; s < S; ++s) after[s] = beta[s] + emitted[s];
#pragma GCC ivdep
    for (int64_t s = 0; s < S; ++s) beta[s] = -dy * math::exp(at[s] + beta[s] + loss);
    T* to = dx + t * row + offset;
    for (int64_t s = 0; s < S; ++s) to[chain.classes[s]] += beta[s];
  }
}

}  // namespace

void ctc_loss(DType dtype, const Ctc& of, const void* x, void* losses, void* alpha) {
  visit_floating(dtype, [&]<class T>() {
    parallel_for(of.batch, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        static_cast<T*>(losses)[i] =
            forward_pass(of, i, static_cast<const T*>(x), static_cast<T*>(alpha) + i * of.steps * of.states);
      }
    });
  });
}

void ctc_loss_backward(DType dtype, const Ctc& of, const void* x, const void* losses, const void* alpha, const void* dy,
                       void* dx) {
  visit_floating(dtype, [&]<class T>() {
    parallel_for(of.batch, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        backward_pass(of, i, static_cast<const T*>(x), static_cast<const T*>(alpha) + i * of.steps * of.states,
                      static_cast<const T*>(losses)[i], static_cast<const T*>(dy)[i], static_cast<T*>(dx));
      }
    });
  });
}

}  // namespace dlcore::kernels
