#include "kernels/comparison.h"

#include <atomic>
#include <cmath>
#include <limits>

#include "kernels/elementwise.h"

namespace dlcore::kernels {
namespace {

template <class F>
void compare(DType dtype, const Loop<3>& loop, F f) {
  visit(dtype, [&]<class T>() { elementwise<bool, T, T>(loop, f); });
}

template <class F>
void classify(DType dtype, const Loop<2>& loop, F f) {
  visit_floating(dtype, [&]<class T>() { elementwise<bool, T>(loop, f); });
}

}  // namespace

void eq(DType dtype, const Loop<3>& loop) {
  compare(dtype, loop, [](auto a, auto b) { return a == b; });
}
void ne(DType dtype, const Loop<3>& loop) {
  compare(dtype, loop, [](auto a, auto b) { return a != b; });
}
void lt(DType dtype, const Loop<3>& loop) {
  compare(dtype, loop, [](auto a, auto b) { return a < b; });
}
void le(DType dtype, const Loop<3>& loop) {
  compare(dtype, loop, [](auto a, auto b) { return a <= b; });
}

void isnan(DType dtype, const Loop<2>& loop) {
  classify(dtype, loop, [](auto x) { return x != x; });
}
void isinf(DType dtype, const Loop<2>& loop) {
  classify(dtype, loop, []<class T>(T x) { return std::abs(x) == std::numeric_limits<T>::infinity(); });
}
void isfinite(DType dtype, const Loop<2>& loop) {
  classify(dtype, loop, []<class T>(T x) { return std::abs(x) <= std::numeric_limits<T>::max(); });
}

// Infinities are close to themselves only: their difference, NaN or infinite, is no finite distance.
void isclose(DType dtype, const Loop<3>& loop, const Closeness& closeness) {
  visit_floating(dtype, [&]<class T>() {
    const T rtol = static_cast<T>(closeness.rtol), atol = static_cast<T>(closeness.atol);
    elementwise<bool, T, T>(loop, [=, equal_nan = closeness.equal_nan](T a, T b) {
      const T distance = std::abs(a - b);
      const bool near = (distance <= atol + rtol * std::abs(b)) & (distance <= std::numeric_limits<T>::max());
      return near | (a == b) | (equal_nan & (a != a) & (b != b));
    });
  });
}

bool all_true(const Loop<1>& loop) {
  const int64_t step = loop.ndim ? loop.strides[0][loop.ndim - 1] : 1;
  std::atomic<bool> all{true};
  parallel_for(loop.numel, kElementGrain, [&](int64_t begin, int64_t end) {
    walk(loop, begin, end, [&](const std::array<int64_t, 1>& at, int64_t n) {
      const bool* x = loop.at<const bool>(0) + at[0];
      bool run = true;
      for (int64_t i = 0; i < n; ++i) run &= x[i * step];
      if (!run) all.store(false, std::memory_order_relaxed);
    });
  });
  return all.load(std::memory_order_relaxed);
}

void bitwise_and(DType dtype, const Loop<3>& loop) {
  integers_and_bool(dtype, loop, [](auto a, auto b) { return a & b; });
}
void bitwise_or(DType dtype, const Loop<3>& loop) {
  integers_and_bool(dtype, loop, [](auto a, auto b) { return a | b; });
}
void bitwise_xor(DType dtype, const Loop<3>& loop) {
  integers_and_bool(dtype, loop, [](auto a, auto b) { return a ^ b; });
}
// A bool is read as the byte 0 or 1 that it is, here and below: of bool the compiler makes no vectors.
void bitwise_not(DType dtype, const Loop<2>& loop) {
  if (dtype == DType::Bool) return elementwise<uint8_t, uint8_t>(loop, [](uint8_t x) -> uint8_t { return x ^ 1; });
  integers_and_bool(dtype, loop, []<class T>(T x) { return x ^ static_cast<T>(-1); });
}

// Nothing is computed, so only the size of an element matters.
void where(DType dtype, const Loop<4>& loop) {
  const auto select = [&]<class Bits>(Bits) {
    elementwise<Bits, uint8_t, Bits, Bits>(loop, [](uint8_t condition, Bits a, Bits b) { return condition ? a : b; });
  };
  switch (item_size(dtype)) {
    case 1:
      return select(uint8_t{});
    case 4:
      return select(uint32_t{});
    default:
      return select(uint64_t{});
  }
}

}  // namespace dlcore::kernels
