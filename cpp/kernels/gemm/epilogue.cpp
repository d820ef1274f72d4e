#include "kernels/gemm/epilogue.h"

#include "kernels/math.h"

namespace dlcore::kernels {
namespace {

template <class T, class F>
[[gnu::flatten]] void map_row(T* c, const T* bias, T row_bias, int64_t cols, F f) {
  if (bias) {
#pragma GCC ivdep
    for (int64_t j = 0; j < cols; ++j) c[j] = f(c[j] + (bias[j] + row_bias));
  } else {
    for (int64_t j = 0; j < cols; ++j) c[j] = f(c[j] + row_bias);
  }
}

}  // namespace

template <class T>
void finish(const Epilogue<T>& epilogue, T* c, int64_t c_row, int64_t rows, int64_t cols, int64_t i, int64_t j) {
  const T *bias = epilogue.bias ? epilogue.bias + j : nullptr, *row_bias = epilogue.row_bias;
  const auto map = [&](auto f) {
    for (int64_t y = 0; y < rows; ++y) map_row(c + y * c_row, bias, row_bias ? row_bias[i + y] : T{0}, cols, f);
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

template void finish(const Epilogue<float>&, float*, int64_t, int64_t, int64_t, int64_t, int64_t);
template void finish(const Epilogue<double>&, double*, int64_t, int64_t, int64_t, int64_t, int64_t);

}  // namespace dlcore::kernels
