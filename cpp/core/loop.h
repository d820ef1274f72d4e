#pragma once

#include <array>
#include <cstdint>

#include "dlcore/shape.h"

namespace dlcore {

// How N strided operands are walked together: one shape, a row of strides (in elements) per operand, the first operand
// being the one written. Dimensions that all operands lay end to end are already merged, so the common case has one.
template <int N>
struct Loop {
  int ndim = 0;
  int64_t numel = 0;
  std::array<int64_t, kMaxDims> shape;
  std::array<std::array<int64_t, kMaxDims>, N> strides;  // strides[operand][dim]
  std::array<void*, N> data;

  template <class T>
  T* at(int operand) const {
    return static_cast<T*>(data[operand]);
  }
};

// Brings dimensions into the order of the written operand's strides and merges what lies end to end.
template <int N>
void simplify(Loop<N>& loop) {
  const auto swap_dims = [&](int a, int b) {
    std::swap(loop.shape[a], loop.shape[b]);
    for (auto& s : loop.strides) std::swap(s[a], s[b]);
  };
  int kept = 0;
  for (int d = 0; d < loop.ndim; ++d) {
    if (loop.shape[d] != 1) swap_dims(kept++, d);
  }
  loop.ndim = kept;
  for (int i = 1; i < loop.ndim; ++i) {
    for (int d = i; d > 0 && loop.strides[0][d - 1] < loop.strides[0][d]; --d) swap_dims(d - 1, d);
  }
  int last = 0;
  for (int d = 1; d < loop.ndim; ++d) {
    bool joined = true;
    for (const auto& s : loop.strides) joined &= s[last] == s[d] * loop.shape[d];
    if (joined) {
      loop.shape[last] *= loop.shape[d];
      for (auto& s : loop.strides) s[last] = s[d];
    } else {
      swap_dims(++last, d);
    }
  }
  loop.ndim = loop.ndim == 0 ? 0 : last + 1;
}

// Calls row(offsets, n) for each innermost run of the linear range [begin, end): offsets[operand] is where the run
// starts, in elements; the strides along the run are strides[operand][ndim - 1].
template <int N, class Row>
void walk(const Loop<N>& loop, int64_t begin, int64_t end, Row&& row) {
  if (begin == end) return;  // a size may be zero, and nothing is divided by it
  std::array<int64_t, N> offset{};
  if (loop.ndim == 0) {
    row(offset, int64_t{1});
    return;
  }
  const int inner = loop.ndim - 1;
  std::array<int64_t, kMaxDims> index{};
  int64_t rest = begin;
  for (int d = inner; d >= 0; --d) {
    index[d] = rest % loop.shape[d];
    rest /= loop.shape[d];
    for (int k = 0; k < N; ++k) offset[k] += index[d] * loop.strides[k][d];
  }
  while (begin < end) {
    const int64_t n = std::min(end - begin, loop.shape[inner] - index[inner]);
    row(offset, n);
    begin += n;
    index[inner] += n;
    for (int k = 0; k < N; ++k) offset[k] += n * loop.strides[k][inner];
    for (int d = inner; d > 0 && index[d] == loop.shape[d]; --d) {
      index[d] = 0;
      ++index[d - 1];
      for (int k = 0; k < N; ++k) offset[k] += loop.strides[k][d - 1] - loop.shape[d] * loop.strides[k][d];
    }
  }
}

}  // namespace dlcore
