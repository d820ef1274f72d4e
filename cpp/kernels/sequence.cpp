#include "kernels/sequence.h"

#include "core/parallel.h"

namespace dlcore::kernels {
namespace {

template <class T, class F>
void fill_by_index(T* y, int64_t n, F f) {
  parallel_for(n, kElementGrain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) y[i] = static_cast<T>(f(i));
  });
}

}  // namespace

void arange(DType dtype, void* y, int64_t n, int64_t start, int64_t step) {
  visit(dtype, [&]<class T>() { fill_by_index(static_cast<T*>(y), n, [=](int64_t i) { return start + step * i; }); });
}

void arange(DType dtype, void* y, int64_t n, double start, double step) {
  visit(dtype, [&]<class T>() {
    fill_by_index(static_cast<T*>(y), n, [=](int64_t i) { return start + step * static_cast<double>(i); });
  });
}

// Each half is counted from its own end, so that both ends are exact and the numbers symmetric.
void linspace(DType dtype, void* y, int64_t n, double start, double end) {
  const double step = n > 1 ? (end - start) / static_cast<double>(n - 1) : 0;
  visit(dtype, [&]<class T>() {
    fill_by_index(static_cast<T*>(y), n, [=](int64_t i) {
      return i < (n + 1) / 2 ? start + step * static_cast<double>(i) : end - step * static_cast<double>(n - 1 - i);
    });
  });
}

}  // namespace dlcore::kernels
