#include "kernels/optim.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/parallel.h"

// Optimizer steps (formulas at the loops), bound by memory: each element of parameter, gradient and state is read and
// written once. The elements of all parameters are cut as one long row, so that many small parameters cost no more
// wake-ups than one large one. A weight decay of zero is multiplied all the same: the parameter is at hand.
namespace dlcore::kernels {
namespace {

// Light work, but up to seven streams: 8192 elements of Adam take about 10 us.
constexpr int64_t kGrain = 8192;

// body(slice, begin, end) for the parts of all slices.
template <class Slice, class Body>
void over_slices(std::span<const Slice> slices, Body body) {
  std::vector<int64_t> ends;
  int64_t total = 0;
  for (const Slice& s : slices) ends.push_back(total += s.n);
  parallel_for(total, kGrain, [&](int64_t begin, int64_t end) {
    size_t k = std::upper_bound(ends.begin(), ends.end(), begin) - ends.begin();
    while (begin < end) {
      const int64_t offset = ends[k] - slices[k].n;
      const int64_t stop = std::min(end, ends[k]);
      body(slices[k], begin - offset, stop - offset);
      begin = stop;
      ++k;
    }
  });
}

// w = w - lr g
template <class T>
void sgd_plain(const SgdSlice& s, int64_t begin, int64_t end, const SgdOptions& o) {
  T* w = static_cast<T*>(s.w);
  const T* dw = static_cast<const T*>(s.dw);
  const T lr = static_cast<T>(o.lr), decay = static_cast<T>(o.weight_decay), sign = o.maximize ? -1 : 1;
#pragma GCC ivdep
  for (int64_t i = begin; i < end; ++i) {
    const T g = sign * dw[i] + decay * w[i];
    w[i] -= lr * g;
  }
}

// v = keep v + take g;  w = w - lr (direct g + along v)
template <class T>
void sgd_with_momentum(const SgdSlice& s, int64_t begin, int64_t end, const SgdOptions& o) {
  T* w = static_cast<T*>(s.w);
  T* v = static_cast<T*>(s.velocity);
  const T* dw = static_cast<const T*>(s.dw);
  const T lr = static_cast<T>(o.lr), decay = static_cast<T>(o.weight_decay), sign = o.maximize ? -1 : 1;
  const T keep = static_cast<T>(o.momentum), take = static_cast<T>(s.first ? 1 : 1 - o.dampening);
  const T direct = o.nesterov ? 1 : 0, along = static_cast<T>(o.nesterov ? o.momentum : 1);
#pragma GCC ivdep
  for (int64_t i = begin; i < end; ++i) {
    const T g = sign * dw[i] + decay * w[i];
    v[i] = keep * v[i] + take * g;
    w[i] -= lr * (direct * g + along * v[i]);
  }
}

// m = m + (1 - beta1) (g - m);  v = beta2 v + (1 - beta2) g^2
// w = w - lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + eps)
template <class T, bool kAmsgrad>
void adam(const AdamSlice& s, int64_t begin, int64_t end, const AdamOptions& o) {
  T* w = static_cast<T*>(s.w);
  T* m = static_cast<T*>(s.m);
  T* v = static_cast<T*>(s.v);
  T* v_max = static_cast<T*>(s.v_max);
  const T* dw = static_cast<const T*>(s.dw);
  const T decay = static_cast<T>(o.weight_decay), sign = o.maximize ? -1 : 1, eps = static_cast<T>(o.eps);
  const T keep1 = static_cast<T>(o.beta1), take1 = static_cast<T>(1 - o.beta1), keep2 = static_cast<T>(o.beta2),
          take2 = static_cast<T>(1 - o.beta2);
  const T rate = static_cast<T>(o.lr / (1 - std::pow(o.beta1, s.step)));
  const T root = static_cast<T>(1 / std::sqrt(1 - std::pow(o.beta2, s.step)));
#pragma GCC ivdep
  for (int64_t i = begin; i < end; ++i) {
    const T g = sign * dw[i] + decay * w[i];
    m[i] = keep1 * m[i] + take1 * g;  // exactly g where beta1 is zero
    v[i] = keep2 * v[i] + take2 * g * g;
    T largest = v[i];
    if constexpr (kAmsgrad) largest = v_max[i] = std::max(v_max[i], largest);
    w[i] -= rate * m[i] / (std::sqrt(largest) * root + eps);
  }
}

}  // namespace

void sgd_step(DType dtype, std::span<const SgdSlice> slices, const SgdOptions& options) {
  visit_floating(dtype, [&]<class T>() {
    over_slices(slices, [&](const SgdSlice& s, int64_t begin, int64_t end) {
      s.velocity ? sgd_with_momentum<T>(s, begin, end, options) : sgd_plain<T>(s, begin, end, options);
    });
  });
}

void adam_step(DType dtype, std::span<const AdamSlice> slices, const AdamOptions& options) {
  visit_floating(dtype, [&]<class T>() {
    over_slices(slices, [&](const AdamSlice& s, int64_t begin, int64_t end) {
      s.v_max ? adam<T, true>(s, begin, end, options) : adam<T, false>(s, begin, end, options);
    });
  });
}

}  // namespace dlcore::kernels
