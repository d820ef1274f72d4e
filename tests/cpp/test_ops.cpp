// Every family of ops at sizes about a vector's width, with first and second gradients: an identity that each must
// hold, and work for the sanitizers and emulated processors.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "dlcore/dlcore.h"

using namespace dlcore;

namespace {

constexpr std::array<int64_t, 7> kSizes = {0, 1, 3, 15, 16, 17, 35};

Tensor variable(const Shape& shape) {
  static const Generator generator(7);
  return (rand(shape, generator, DType::Float64) + 0.5).requires_grad_();
}

double largest(const Tensor& x) { return x.numel() == 0 ? 0 : amax(abs(x)).item(); }

// Runs y's gradient, and the gradient of that.
void differentiate(const Tensor& y, const Tensor& x) {
  const Tensor dx = grad(std::array{sum(square(y))}, std::array{x}, {}, true, true, false)[0];
  CHECK(dx.shape() == x.shape());
  if (!dx.requires_grad()) return;
  const Tensor ddx = grad(std::array{sum(square(dx))}, std::array{x}, {}, true, false, true)[0];
  if (ddx.defined()) CHECK(bool(all(isfinite(ddx)).item()));
}

}  // namespace

TEST_CASE("elementwise functions and their inverses") {
  for (const int64_t n : kSizes) {
    const Tensor x = variable({n, 3});
    CHECK(largest(log(exp(x)) - x) < 1e-12);
    CHECK(largest(log1p(expm1(x)) - x) < 1e-12);
    CHECK(largest(square(sqrt(x)) - x) < 1e-12);
    CHECK(largest(rsqrt(x) * sqrt(x) - 1) < 1e-12);
    CHECK(largest(square(sin(x)) + square(cos(x)) - 1) < 1e-12);
    CHECK(largest(tanh(x) - (sigmoid(x * 2) * 2 - 1)) < 1e-12);
    CHECK(largest(pow(x, 3) - x * x * x) < 1e-12);
    CHECK(largest(maximum(x, 1) + minimum(x, 1) - x - 1) < 1e-12);
    CHECK(largest(where(x > 1, x, 1) - clamp(x, 1, {})) == 0);
    for (const Tensor& y :
         {exp(x), log(x), sin(x), tanh(x), erf(x), sigmoid(x), silu(x), gelu(x), gelu(x, "tanh"), softplus(x), elu(x),
          leaky_relu(x), hardsigmoid(x), x / (x + 1), pow(x, x), remainder(x, 0.7), expm1(x), log1p(x), rsqrt(x)}) {
      differentiate(y, x);
    }
  }
}

TEST_CASE("reductions, softmax and sorting") {
  for (const int64_t n : kSizes) {
    if (n == 0) continue;
    for (const int axis : {0, 1}) {
      const Tensor x = variable(axis == 0 ? Shape{n, 5} : Shape{5, n});
      CHECK(largest(sum(softmax(x, axis), Dims{axis}) - 1) < 1e-12);
      CHECK(largest(exp(log_softmax(x, axis)) - softmax(x, axis)) < 1e-12);
      CHECK(largest(logsumexp(x, {axis}) - log(sum(exp(x), Dims{axis}))) < 1e-12);
      CHECK(largest(prod(x, axis) - exp(sum(log(x), Dims{axis}))) < 1e-9);
      CHECK(largest(square(dlcore::std(x, Dims{axis}, 0)) - var(x, Dims{axis}, 0)) < 1e-12);
      CHECK(largest(norm(x, 2, Dims{axis}) - sqrt(sum(square(x), Dims{axis}))) < 1e-12);
      const auto [sorted, order] = sort(x, axis);
      CHECK(largest(gather(x, axis, order) - sorted) == 0);
      CHECK(largest(select(sorted, axis, n - 1) - amax(x, Dims{axis})) == 0);
      CHECK(largest(topk(x, 1, axis).values - max(x, axis, true).values) == 0);
      CHECK(equal(select(order, axis, 0), argmin(x, axis)));
      CHECK(largest(select(cumsum(x, axis), axis, n - 1) - sum(x, Dims{axis})) < 1e-12);
      for (const Tensor& y :
           {softmax(x, axis), log_softmax(x, axis), logsumexp(x, {axis}), prod(x, axis), var(x, Dims{axis}, 0),
            norm(x, 2, Dims{axis}), sorted, cumsum(x, axis), mean(x, Dims{axis}), max(x, axis).values}) {
        differentiate(y, x);
      }
    }
  }
}

TEST_CASE("what reads at places is the transpose of what writes there") {
  const Generator generator(1);
  for (const int64_t n : kSizes) {
    if (n == 0) continue;
    const Tensor x = variable({n, 4}), index = randint(0, n, {7, 4}, generator), y = variable({7, 4});
    CHECK(std::abs(sum(gather(x, 0, index) * y).item() - sum(x * scatter_add(zeros_like(x), 0, index, y)).item()) <
          1e-12);
    const Tensor rows = randint(0, n, {7}, generator);
    CHECK(largest(embedding(rows, x) - index_select(x, 0, rows)) == 0);
    CHECK(largest(matmul(to(one_hot(rows, n), DType::Float64), x) - index_select(x, 0, rows)) < 1e-12);
    differentiate(gather(x, 0, index), x);
    differentiate(embedding(rows, x), x);
    differentiate(masked_fill(x, x > 1, 0), x);
    CHECK(masked_select(x, x > 1).numel() == sum(x > 1).item<int64_t>());
  }
}

TEST_CASE("rearranging") {
  for (const int64_t n : kSizes) {
    const Tensor x = variable({n, 5});
    CHECK(largest(flip(flip(x, {0, 1}), {0, 1}) - x) == 0);
    CHECK(largest(roll(roll(x, {2}, Dims{1}), {-2}, Dims{1}) - x) == 0);
    CHECK(largest(tril(x, -1) + triu(x) - x) == 0);
    const std::array<int64_t, 4> widths = {2, 1, 1, 3}, back = {-2, -1, -1, -3};
    CHECK(largest(pad(pad(x, widths), back) - x) == 0);
    CHECK(largest(sum(stack(std::array{x, x}, 0), Dims{0}) - x * 2) == 0);
    CHECK(repeat(x, {2, 3}).shape() == Shape{2 * n, 15});
    for (const Tensor& y : {flip(x, {0}), roll(x, {1}), tril(x), pad(x, widths), repeat(x, {2, 2}), unfold(x, 1, 3, 2),
                            cat(std::array{x, x}, 1), permute(x, {1, 0}), reshape(x, {5, n})}) {
      differentiate(y, x);
    }
  }
}

TEST_CASE("products and linear algebra") {
  for (const int64_t n : {1, 3, 17}) {
    const Tensor x = variable({2, n, n}), a = matmul(x, transpose(x, 1, 2)) + eye(n, n, DType::Float64) * n;
    const Tensor identity = expand(eye(n, n, DType::Float64), {2, n, n});
    CHECK(largest(matmul(inverse(a), a) - identity) < 1e-9);
    const Tensor l = cholesky(a);
    CHECK(largest(matmul(l, transpose(l, 1, 2)) - a) < 1e-9);
    CHECK(largest(solve(a, matmul(a, x)) - x) < 1e-9);
    CHECK(largest(log(abs(det(a))) - slogdet(a).logabsdet) < 1e-9);
    const auto [w, v] = eigh(a);
    CHECK(largest(matmul(v * unsqueeze(w, 1), transpose(v, 1, 2)) - a) < 1e-9);
    CHECK(largest(einsum("bij,bjk->bik", std::array{x, a}) - matmul(x, a)) < 1e-9);
    for (const Tensor& y : {inverse(a), l, solve(a, x), slogdet(a).logabsdet, eigvalsh(a), matmul(x, a)}) {
      differentiate(y, x);
    }
  }
}

TEST_CASE("layers and losses") {
  const Generator generator(2);
  for (const int64_t n : kSizes) {
    if (n == 0) continue;
    const Tensor x = variable({4, n}), t = randint(0, n, {4}, generator);
    CHECK(largest(mean(layer_norm(x, {n}), Dims{1})) < 1e-9);
    CHECK(std::abs(cross_entropy(x, t).item() - nll_loss(log_softmax(x, 1), t).item()) < 1e-12);
    const Tensor p = sigmoid(x.detach() - 1);
    CHECK(std::abs(binary_cross_entropy(p, p).item() - binary_cross_entropy_with_logits(x.detach() - 1, p).item()) <
          1e-9);
    CHECK(largest(kl_div(log_softmax(x, 1), softmax(x, 1), Reduction::Sum)) < 1e-9);
    for (const Tensor& y : {layer_norm(x, {n}), cross_entropy(x, t), mse_loss(x, p), huber_loss(x, p),
                            binary_cross_entropy_with_logits(x, p), dropout(x, 0.5, true, generator)}) {
      differentiate(y, x);
    }
  }
}

TEST_CASE("a seed gives the same numbers for any number of threads") {
  const int before = get_num_threads();
  std::vector<Tensor> drawn;
  for (const int threads : {1, 3}) {
    set_num_threads(threads);
    const Generator generator(5);
    drawn.push_back(cat(std::array{rand({100'003}, generator), randn({100'003}, generator),
                                   to(randperm(1'001, generator), DType::Float32)}));
  }
  set_num_threads(before);
  CHECK(equal(drawn[0], drawn[1]));
}
