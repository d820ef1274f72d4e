#include "kernels/gemm/epilogue.h"

#include "kernels/math.h"
#include "kernels/simd.h"

namespace dlcore::kernels {
namespace {

template <class T, class F>
[[gnu::flatten]] void map_row(T* c, const T* bias, T row_bias, int64_t cols, F f) {
  constexpr int64_t kW = simd::kWidth<T>;
  int64_t j = 0;
  for (; j + kW <= cols; j += kW) {
    simd::store<T>(c + j, f(simd::load(c + j) + (bias ? simd::load(bias + j) + row_bias : simd::broadcast(row_bias))));
  }
  if (const int64_t rest = cols - j; rest > 0) {
    const auto biases = bias ? simd::load_part(bias + j, rest) + row_bias : simd::broadcast(row_bias);
    simd::store_part<T>(c + j, f(simd::load_part(c + j, rest) + biases), rest);
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
      return map([](auto x) { return x; });
    case Activation::Relu:
      return map([](auto x) { return x < T{0} ? decltype(x){} : x; });  // NaN stays
    case Activation::Sigmoid:
      return map([](auto x) { return math::sigmoid(x); });
    case Activation::Tanh:
      return map([](auto x) { return math::tanh(x); });
    case Activation::Gelu:
      return map([](auto x) { return x * math::normal_cdf(x); });
    case Activation::Silu:
      return map([](auto x) { return x * math::sigmoid(x); });
  }
}

template void finish(const Epilogue<float>&, float*, int64_t, int64_t, int64_t, int64_t, int64_t);
template void finish(const Epilogue<double>&, double*, int64_t, int64_t, int64_t, int64_t, int64_t);

}  // namespace dlcore::kernels
