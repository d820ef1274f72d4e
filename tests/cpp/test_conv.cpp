// Convolutions at sizes about a vector's width, for the sanitizers and emulated processors: each is the transpose of
// another, and Winograd's way gives what the direct one gives.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "dlcore/dlcore.h"

using namespace dlcore;

namespace {

const Generator& generator() {
  static const Generator g(3);
  return g;
}
Tensor drawn(const Shape& shape, DType dtype = DType::Float64) { return randn(shape, generator(), dtype); }
double inner_product(const Tensor& a, const Tensor& b) { return sum(a * b).item(); }
bool close_to(double a, double b) { return std::abs(a - b) <= 1e-9 * (1 + std::abs(a) + std::abs(b)); }

// <y, conv(x, w)> = <x, its gradient> = <w, its gradient>.
void check_transposes(const Tensor& x_, const Tensor& w_, const Dims& stride, const ConvPadding& padding,
                      const Dims& dilation, int64_t groups) {
  const Tensor x = Tensor(x_).requires_grad_(), w = Tensor(w_).requires_grad_();
  const Tensor y = x.ndim() == 3   ? conv1d(x, w, {}, stride, padding, dilation, groups)
                   : x.ndim() == 4 ? conv2d(x, w, {}, stride, padding, dilation, groups)
                                   : conv3d(x, w, {}, stride, padding, dilation, groups);
  const Tensor dy = drawn(y.shape());
  const auto dxs = grad(std::array{y}, std::array{x, w}, std::array{dy}, false, false, false);
  const double expected = inner_product(y.detach(), dy);
  CHECK(close_to(inner_product(x.detach(), dxs[0]), expected));
  CHECK(close_to(inner_product(w.detach(), dxs[1]), expected));
}

}  // namespace

TEST_CASE("a convolution and its gradients are transposes of each other") {
  for (const int64_t n : {1, 3, 15, 16, 17, 35}) {
    check_transposes(drawn({2, 3, n}), drawn({5, 3, 3}), {1}, 1, {1}, 1);
    check_transposes(drawn({2, 4, n}), drawn({6, 2, 2}), {2}, 3, {2}, 2);
    check_transposes(drawn({2, n, 6, 5}), drawn({3, n, 3, 3}), {1}, "same", {1}, 1);
    check_transposes(drawn({2, 2, 6, n}), drawn({n, 2, 3, 1}), {2}, 0, {1}, 1);
    check_transposes(drawn({1, n, 4, 7}), drawn({n, 1, 3, 3}), {1}, 1, {1}, n);
    check_transposes(drawn({1, n, 4, 7}), drawn({20, n, 1, 1}), {1}, 0, {1}, 1);
    check_transposes(drawn({1, 2, 3, 4, n}), drawn({3, 2, 2, 3, 1}), {2, 1, 3}, 1, {1}, 1);
  }
}

TEST_CASE("Winograd's way gives what the direct one gives") {
  CHECK(winograd_enabled());
  for (const int64_t n : {16, 35}) {
    const Tensor x = drawn({2, n, 13, 18}, DType::Float32), w = drawn({n + 3, n, 3, 3}, DType::Float32);
    const Tensor fast = conv2d(x, w, {}, {1}, 1);
    set_winograd_enabled(false);
    const Tensor direct = conv2d(x, w, {}, {1}, 1);
    set_winograd_enabled(true);
    CHECK(norm(fast - direct).item() <= 5e-6 * norm(direct).item());
  }
}

TEST_CASE("bad arguments of a convolution are errors") {
  CHECK_THROWS_AS(conv2d(drawn({1, 3, 5, 5}), drawn({4, 2, 3, 3})), ValueError);
  CHECK_THROWS_AS(conv1d(drawn({1, 3, 5}), drawn({4, 3, 6})), ValueError);
  CHECK_THROWS_AS(conv1d(drawn({1, 3, 5}), drawn({4, 3, 3}), {}, {0}), ValueError);
  CHECK_THROWS_AS(conv_transpose1d(drawn({1, 3, 5}), drawn({4, 3, 3})), ValueError);
  CHECK_THROWS_AS(conv1d(drawn({1, 3, 5}), drawn({4, 3, 3}, DType::Float32)), TypeError);
}
