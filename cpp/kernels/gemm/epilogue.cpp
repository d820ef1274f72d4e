#include "kernels/gemm/epilogue.h"

#include "kernels/math.h"

namespace dlcore::kernels {
namespace {

template <class T, class F>
[[gnu::flatten]] void map_row(T* c, const T* bias, int64_t cols, F f) {
  if (bias) {
#pragma GCC ivdep
    for (int64_t j = 0; j < cols; ++j) c[j] = f(c[j] + bias[j]);
  } else {
    for (int64_t j = 0; j < cols; ++j) c[j] = f(c[j]);
  }
}

}  // namespace

template <class T>
void finish(const Epilogue<T>& epilogue, T* c, int64_t c_row, int64_t rows, int64_t cols, int64_t first) {
  const T* bias = epilogue.bias ? epilogue.bias + first : nullptr;
  const auto map = [&](auto f) {
    for (int64_t i = 0; i < rows; ++i) map_row(c + i * c_row, bias, cols, f);
  };
  switch (epilogue.activation) {
    case Activation::Identity:
      return map([](T x) { return x; });
    case Activation::Relu:
      return map([](T x) { return x < 0 ? T{0} : x; });
    case Activation::Sigmoid:
      return map([](T x) { return math::sigmoid(x); });
    case Activation::Tanh:
      return map([](T x) { return math::tanh(x); });
    case Activation::Gelu:
      return map([](T x) { return x * math::normal_cdf(x); });
    case Activation::Silu:
      return map([](T x) { return x * math::sigmoid(x); });
  }
}

template void finish(const Epilogue<float>&, float*, int64_t, int64_t, int64_t, int64_t);
template void finish(const Epilogue<double>&, double*, int64_t, int64_t, int64_t, int64_t);

}  // namespace dlcore::kernels
