// Depthwise convolution and its gradients beside plain loops in double, on random shapes and on such as fill blocks.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "dlcore/threads.h"
#include "kernels/depthwise.h"

using namespace dlcore;
using kernels::Depthwise;

namespace {

std::mt19937 generator(1);

int64_t between(int64_t low, int64_t high) { return low + static_cast<int64_t>(generator() % (high - low + 1)); }

template <class T>
std::vector<T> draw(int64_t n) {
  std::normal_distribution<double> normal;
  std::vector<T> values(n);
  for (T& v : values) v = static_cast<T>(normal(generator));
  return values;
}

// of, with the output's sizes of symmetric padding; false where windows do not fit.
bool fitted(Depthwise& of) {
  const int64_t room_h = of.H + 2 * of.padding_h - of.dilation_h * (of.KH - 1) - 1;
  const int64_t room_w = of.W + 2 * of.padding_w - of.dilation_w * (of.KW - 1) - 1;
  of.OH = room_h / of.stride_h + 1;
  of.OW = room_w / of.stride_w + 1;
  return room_h >= 0 && room_w >= 0;
}

template <class T>
struct Results {
  std::vector<T> y, dx, dw;
};

template <class T>
Results<double> expected(const Depthwise& of, const std::vector<T>& x, const std::vector<T>& w, const std::vector<T>& b,
                         const std::vector<T>& dy) {
  Results<double> out{std::vector<double>(dy.size()), std::vector<double>(x.size()), std::vector<double>(w.size())};
  const int64_t channels = of.C * of.multiplier;
  for (int64_t i = 0; i < static_cast<int64_t>(dy.size()); ++i) {
    const int64_t col = i % of.OW, row = i / of.OW % of.OH, channel = i / (of.OW * of.OH) % channels;
    const int64_t plane = i / (of.OW * of.OH * channels) * of.C + channel / of.multiplier;
    out.y[i] = b[channel];
    for (int64_t k = 0; k < of.KH; ++k) {
      for (int64_t l = 0; l < of.KW; ++l) {
        const int64_t h = row * of.stride_h + k * of.dilation_h - of.padding_h;
        const int64_t v = col * of.stride_w + l * of.dilation_w - of.padding_w;
        if (h < 0 || h >= of.H || v < 0 || v >= of.W) continue;
        const int64_t at = (plane * of.H + h) * of.W + v, tap = (channel * of.KH + k) * of.KW + l;
        out.y[i] += static_cast<double>(w[tap]) * x[at];
        out.dx[at] += static_cast<double>(w[tap]) * dy[i];
        out.dw[tap] += static_cast<double>(x[at]) * dy[i];
      }
    }
  }
  return out;
}

template <class T>
double worst(const std::vector<T>& got, const std::vector<double>& right) {
  double scale = 1, error = 0;
  for (const double v : right) scale = std::max(scale, std::abs(v));
  for (size_t i = 0; i < got.size(); ++i) {
    const double e = std::abs(got[i] - right[i]);
    error = e <= error ? error : e;  // NaN stays
  }
  return error / scale;
}

template <class T>
void check(const Depthwise& of, DType dtype) {
  std::string shape;
  for (const int64_t n : {of.N, of.C, of.multiplier, of.H, of.W, of.KH, of.KW, of.stride_h, of.stride_w, of.padding_h,
                          of.padding_w, of.dilation_h, of.dilation_w}) {
    shape += std::to_string(n) + " ";
  }
  CAPTURE(shape);
  const int64_t channels = of.C * of.multiplier;
  const auto x = draw<T>(of.N * of.C * of.H * of.W), w = draw<T>(channels * of.KH * of.KW), b = draw<T>(channels);
  const auto dy = draw<T>(of.N * channels * of.OH * of.OW);
  const Results<double> right = expected(of, x, w, b, dy);
  Results<T> first;
  for (const int threads : {1, 3}) {
    set_num_threads(threads);
    constexpr T kNan = std::numeric_limits<T>::quiet_NaN();
    Results<T> got{std::vector<T>(dy.size(), kNan), std::vector<T>(x.size(), kNan), std::vector<T>(w.size(), kNan)};
    kernels::depthwise(dtype, of, x.data(), w.data(), b.data(), got.y.data());
    kernels::depthwise_input_gradient(dtype, of, dy.data(), w.data(), got.dx.data());
    kernels::depthwise_weight_gradient(dtype, of, dy.data(), x.data(), got.dw.data());
    const double most = 64 * std::numeric_limits<T>::epsilon();
    const double most_of_sums = most * std::max(1.0, std::sqrt(static_cast<double>(of.N * of.OH * of.OW)) / 8);
    CHECK(worst(got.y, right.y) < most);
    CHECK(worst(got.dx, right.dx) < most);
    CHECK(worst(got.dw, right.dw) < most_of_sums);
    if (threads == 1) {
      first = got;
    } else {
      CHECK((got.y == first.y && got.dx == first.dx && got.dw == first.dw));
    }
  }
}

void check_both(Depthwise of) {
  if (!fitted(of)) return;
  check<float>(of, DType::Float32);
  check<double>(of, DType::Float64);
}

}  // namespace

TEST_CASE("random shapes") {
  for (int i = 0; i < 400; ++i) {
    const int64_t kh = between(1, 6), kw = between(1, 6);
    check_both({between(1, 3), between(1, 3), between(1, 3), between(1, 20), between(1, 70), 0, 0, kh, kw,
                between(1, 3), between(1, 3), between(0, kh), between(0, kw), between(1, 3), between(1, 3)});
  }
}

TEST_CASE("kernels of 3 and 5, for which blocks are known") {
  for (const int64_t k : {3, 5}) {
    for (const int64_t stride : {1, 2}) {
      for (int64_t size = 1; size < 40; ++size) {
        check_both({2, 2, 2, size, 2 * size - 1, 0, 0, k, k, stride, stride, k / 2, k / 2, 1, 1});
      }
      check_both({1, 1, 2, 300, 301, 0, 0, k, k, stride, stride, 1, 1, 1, 1});
    }
  }
}

TEST_CASE("long rows are cut") {
  check_both({1, 2, 1, 1, 5001, 0, 0, 1, 7, 1, 1, 0, 3, 1, 1});
  check_both({1, 1, 2, 1, 5000, 0, 0, 1, 7, 1, 2, 0, 3, 1, 2});
}

TEST_CASE("many images, in parts") { check_both({300, 2, 1, 9, 9, 0, 0, 3, 3, 1, 1, 1, 1, 1, 1}); }

TEST_CASE("an infinity that no window sees does not count") {
  const Depthwise of{1, 1, 1, 3, 6, 1, 2, 3, 3, 2, 2, 0, 0, 1, 1};  // the last column is left over
  std::vector<float> x(18, 1.0f), w(9, 1.0f), dy(2, 1.0f), y(2), dw(9);
  for (int h = 0; h < 3; ++h) x[h * 6 + 5] = std::numeric_limits<float>::infinity();
  kernels::depthwise(DType::Float32, of, x.data(), w.data(), nullptr, y.data());
  kernels::depthwise_weight_gradient(DType::Float32, of, dy.data(), x.data(), dw.data());
  CHECK(y == std::vector<float>(2, 9.0f));
  CHECK(dw == std::vector<float>(9, 2.0f));
}
