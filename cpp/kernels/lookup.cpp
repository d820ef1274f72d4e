// Reading and writing where an index says, see NOTE [Lookup].
//
// take: one pass over y, cut by its elements; where the index stands still along the inner run, the run is a row of x
// and is copied whole (index_select, embedding). Nothing is computed, so only the size of an element matters.
//
// put: cut over the axes along which no two elements meet, so that each place of x belongs to one piece, which visits
// the shared axes in order. The bits depend neither on threads nor on how the work is cut. The inner loop runs along x:
// in rows (own axis inside: a row of y is added to a row of x, vectorised where the index stands still) where x's own
// axis is the denser one, else in lines (shared axis inside).
#include "kernels/lookup.h"

#include <atomic>
#include <cstring>
#include <limits>

#include "core/parallel.h"
#include "kernels/bits.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kColumns = 32;  // of a piece at least, in rows: two cache lines of floats in each

// The inner stride of each operand.
std::array<int64_t, 3> inner_steps(const Loop<3>& loop) {
  std::array<int64_t, 3> steps{};
  for (int k = 0; k < 3 && loop.ndim > 0; ++k) steps[k] = loop.strides[k][loop.ndim - 1];
  return steps;
}

template <class T>
void take_run(int64_t n, T* y, const T* x, const int64_t* index, const std::array<int64_t, 3>& step, int64_t stride) {
  if (step[2] == 0) {
    x += *index * stride;
    if (step[0] == 1 && step[1] == 1) {
      std::memcpy(y, x, n * sizeof(T));
    } else {
      for (int64_t i = 0; i < n; ++i) y[i * step[0]] = x[i * step[1]];
    }
  } else if (step[0] == 1 && step[2] == 1) {
    for (int64_t i = 0; i < n; ++i) y[i] = x[i * step[1] + index[i] * stride];
  } else {
    for (int64_t i = 0; i < n; ++i) y[i * step[0]] = x[i * step[1] + index[i * step[2]] * stride];
  }
}

struct Assign {
  template <class T>
  static void join(T& x, T y) {
    x = y;
  }
};
struct Add {
  template <class T>
  static void join(T& x, T y) {
    if constexpr (std::is_same_v<T, bool>) {
      x |= y;
    } else {
      x += y;
    }
  }
};

template <class Op, class T>
void put_row(int64_t n, T* x, const T* y, const int64_t* index, const std::array<int64_t, 3>& step, int64_t stride) {
  if (step[2] != 0) {
    for (int64_t i = 0; i < n; ++i) Op::join(x[i * step[0] + index[i * step[2]] * stride], y[i * step[1]]);
    return;
  }
  x += *index * stride;
  if (step[0] == 1 && step[1] == 1) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) Op::join(x[i], y[i]);
  } else {
    for (int64_t i = 0; i < n; ++i) Op::join(x[i * step[0]], y[i * step[1]]);
  }
}

template <class Op, class T>
void put_all(const Put& put) {
  const Loop<3>&own = put.own, &shared = put.shared;
  if (own.numel == 0 || shared.numel == 0) return;
  const auto own_step = inner_steps(own), shared_step = inner_steps(shared);
  const bool rows = own.ndim > 0 && own_step[0] <= put.stride;
  const int64_t grain = std::max(kElementGrain / shared.numel, rows ? kColumns : int64_t{1});
  const auto run = [&](const std::array<int64_t, 3>& at, int64_t n) {
    walk(shared, 0, shared.numel, [&](const std::array<int64_t, 3>& from, int64_t m) {
      T* x = own.at<T>(0) + at[0];
      const T* y = own.at<const T>(1) + at[1] + from[1];
      const int64_t* index = own.at<const int64_t>(2) + at[2] + from[2];
      if (!rows) return put_row<Op>(m, x, y, index, shared_step, put.stride);
      for (int64_t i = 0; i < m; ++i)
        put_row<Op>(n, x, y + i * shared_step[1], index + i * shared_step[2], own_step, put.stride);
    });
  };
  parallel_for(own.numel, grain, [&](int64_t begin, int64_t end) {
    walk(own, begin, end, [&](std::array<int64_t, 3> at, int64_t n) {
      if (rows) return run(at, n);
      for (int64_t j = 0; j < n; ++j) {
        run(at, 1);
        for (int k = 0; k < 3; ++k) at[k] += own_step[k];
      }
    });
  });
}

void keep_extreme(std::atomic<int64_t>& kept, int64_t value, bool (*better)(int64_t, int64_t)) {
  int64_t now = kept.load(std::memory_order_relaxed);
  while (better(value, now) && !kept.compare_exchange_weak(now, value, std::memory_order_relaxed)) {
  }
}

}  // namespace

void take(DType dtype, const Take& take) {
  const Loop<3>& loop = take.loop;
  const auto step = inner_steps(loop);
  visit_bits(dtype, [&]<class T>() {
    parallel_for(loop.numel, kElementGrain, [&](int64_t begin, int64_t end) {
      walk(loop, begin, end, [&](const std::array<int64_t, 3>& at, int64_t n) {
        take_run(n, loop.at<T>(0) + at[0], loop.at<const T>(1) + at[1], loop.at<const int64_t>(2) + at[2], step,
                 take.stride);
      });
    });
  });
}

void put(DType dtype, const Put& put) {
  visit_bits(dtype, [&]<class T>() { put_all<Assign, T>(put); });
}

void put_add(DType dtype, const Put& put) {
  visit(dtype, [&]<class T>() { put_all<Add, T>(put); });
}

Extent extent(const Loop<1>& index) {
  if (index.numel == 0) return {0, -1};
  std::atomic<int64_t> min{std::numeric_limits<int64_t>::max()}, max{std::numeric_limits<int64_t>::min()};
  const int64_t step = index.ndim ? index.strides[0][index.ndim - 1] : 1;
  parallel_for(index.numel, kElementGrain, [&](int64_t begin, int64_t end) {
    int64_t low = std::numeric_limits<int64_t>::max(), high = std::numeric_limits<int64_t>::min();
    walk(index, begin, end, [&](const std::array<int64_t, 1>& at, int64_t n) {
      const int64_t* x = index.at<const int64_t>(0) + at[0];
      for (int64_t i = 0; i < n; ++i) {
        low = std::min(low, x[i * step]);
        high = std::max(high, x[i * step]);
      }
    });
    keep_extreme(min, low, [](int64_t a, int64_t b) { return a < b; });
    keep_extreme(max, high, [](int64_t a, int64_t b) { return a > b; });
  });
  return {min.load(), max.load()};
}

}  // namespace dlcore::kernels
