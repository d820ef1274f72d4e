#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "dlcore/dlcore.h"

using namespace dlcore;

namespace {

Tensor gradient(const Tensor& y, const Tensor& x, bool create_graph = false) {
  return grad(std::array{y}, std::array{x}, {}, create_graph, create_graph, false)[0];
}

}  // namespace

TEST_CASE("backward adds to the gradient of every leaf") {
  Tensor w = full({3}, 2.0).requires_grad_();
  const Tensor b = ones({}).requires_grad_();
  const Tensor loss = sum(w * w + b);
  loss.backward({}, /*retain_graph=*/true);
  loss.backward();
  for (int i = 0; i < 3; ++i) CHECK(w.grad().data<float>()[i] == 2 * (2 * 2));
  CHECK(b.grad().item() == 2 * 3);
}

TEST_CASE("gradients of the third order") {
  const double x0 = 0.3, s = 1 / (1 + std::exp(-x0));
  const Tensor x = full({}, x0, DType::Float64).requires_grad_();
  const Tensor first = gradient(sigmoid(x), x, true);
  const Tensor second = gradient(first, x, true);
  const Tensor third = gradient(second, x);
  CHECK(first.item() == doctest::Approx(s * (1 - s)));
  CHECK(second.item() == doctest::Approx(s * (1 - s) * (1 - 2 * s)));
  CHECK(third.item() == doctest::Approx(s * (1 - s) * (1 - 6 * s + 6 * s * s)));
}

TEST_CASE("a chain of a million ops runs backward and goes away without a deep stack") {
  const int64_t before = memory_stats().live_tensors;
  {
    const Tensor x = ones({}).requires_grad_();
    Tensor y = x;
    for (int i = 0; i < 1'000'000; ++i) y = y + x;
    y.backward();
    CHECK(x.grad().item() == 1'000'001);
  }
  {
    Tensor y = ones({}).requires_grad_();
    for (int i = 0; i < 1'000'000; ++i) y = neg(y);  // never run backward: freed as a chain
  }
  CHECK(memory_stats().live_tensors == before);
}

TEST_CASE("what a gradient still needs cannot be changed in place unnoticed") {
  const Tensor w = ones({2}).requires_grad_();
  const Tensor h = w * 2;
  const Tensor y = sum(h * h);
  add_(h, 1);
  CHECK_THROWS_AS(y.backward(), AutogradError);
}

TEST_CASE("a graph runs backward once unless it is kept") {
  const Tensor w = ones({2}).requires_grad_();
  const Tensor y = sum(w * w);
  y.backward();
  CHECK_THROWS_AS(y.backward(), AutogradError);
}

TEST_CASE("without recording there is no history") {
  const Tensor w = ones({2}).requires_grad_();
  const NoGrad guard;
  CHECK(!(w * w).requires_grad());
}
