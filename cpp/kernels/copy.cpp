// Copies and conversions: memory-bound, so each is one pass, and a copy without conversion of contiguous memory is a
// memcpy. Transposing copies go tile by tile, since one side of them would otherwise touch a cache line per element.
#include "kernels/copy.h"

#include <cstring>

#include "kernels/elementwise.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kTile = 32;  // 32 x 32 doubles are 8 KB a side: both sides of a tile stay in the first cache

// y (rows contiguous) = x with x's columns contiguous.
template <class T>
void transpose(const Loop<2>& loop) {
  const int64_t rows = loop.shape[0], cols = loop.shape[1];
  const int64_t y_step = loop.strides[0][0], x_step = loop.strides[1][1];
  T* y = loop.at<T>(0);
  const T* x = loop.at<const T>(1);
  const int64_t bands = pieces_of(rows, kTile);
  parallel_for(bands, std::max<int64_t>(1, kElementGrain / (kTile * cols)), [&](int64_t begin, int64_t end) {
    for (int64_t i0 = begin * kTile; i0 < std::min(rows, end * kTile); i0 += kTile) {
      const int64_t i1 = std::min(rows, i0 + kTile);
      for (int64_t j0 = 0; j0 < cols; j0 += kTile) {
        const int64_t j1 = std::min(cols, j0 + kTile);
        for (int64_t i = i0; i < i1; ++i) {
          for (int64_t j = j0; j < j1; ++j) y[i * y_step + j] = x[i + j * x_step];
        }
      }
    }
  });
}

template <class T>
void copy_same(const Loop<2>& loop) {
  if (loop.ndim == 1 && loop.strides[0][0] == 1 && loop.strides[1][0] == 1) {
    parallel_for(loop.numel, kElementGrain, [&](int64_t begin, int64_t end) {
      std::memcpy(loop.at<T>(0) + begin, loop.at<T>(1) + begin, (end - begin) * sizeof(T));
    });
  } else if (loop.ndim == 2 && loop.strides[0][1] == 1 && loop.strides[1][0] == 1) {
    transpose<T>(loop);
  } else {
    elementwise<T, T>(loop, [](T x) { return x; });
  }
}

// A floating value outside the integer type's range has no meaning there; it goes through int64, as hardware does.
template <class To, class From>
To convert(From x) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To> && !std::is_same_v<To, bool>) {
    return static_cast<To>(static_cast<int64_t>(x));
  } else {
    return static_cast<To>(x);
  }
}

}  // namespace

void copy(DType to, DType from, const Loop<2>& loop) {
  visit(to, [&]<class To>() {
    visit(from, [&]<class From>() {
      if constexpr (std::is_same_v<To, From>) {
        copy_same<To>(loop);
      } else {
        elementwise<To, From>(loop, [](From x) { return convert<To>(x); });
      }
    });
  });
}

void fill(DType dtype, const Loop<1>& loop, const void* value) {
  visit(dtype, [&]<class T>() { elementwise<T>(loop, [v = *static_cast<const T*>(value)] { return v; }); });
}

}  // namespace dlcore::kernels
