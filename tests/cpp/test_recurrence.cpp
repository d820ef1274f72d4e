// Recurrence and CTC at sizes about a vector's width, with first and second gradients.
#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "dlcore/dlcore.h"

using namespace dlcore;

namespace {

Tensor variable(const Shape& shape) {
  static const Generator generator(7);
  return (rand(shape, generator, DType::Float64) - 0.5).requires_grad_();
}

double largest(const Tensor& x) { return x.numel() == 0 ? 0 : amax(abs(x)).item(); }

void differentiate(const Tensor& y, const Tensor& x) {
  const Tensor dx = grad(std::array{sum(square(y))}, std::array{x}, {}, true, true, false)[0];
  CHECK(dx.shape() == x.shape());
  const Tensor ddx = grad(std::array{sum(square(dx))}, std::array{x}, {}, true, false, true)[0];
  CHECK(bool(all(isfinite(ddx)).item()));
}

}  // namespace

TEST_CASE("all steps at once are one step after the other") {
  constexpr int64_t kSteps = 3, kBatch = 2;
  for (const auto& [cell, gates] : {std::pair{Cell::Tanh, 1}, {Cell::Relu, 1}, {Cell::Lstm, 4}, {Cell::Gru, 3}}) {
    for (const int64_t H : {1, 3, 8, 15, 16, 17, 35}) {
      const Tensor x = variable({kSteps * kBatch, 3});
      const RecurrentWeights weights{
          variable({gates * H, 3}), variable({gates * H, H}), variable({gates * H}), variable({gates * H}), {}};
      const Tensor h0 = variable({kBatch, H}), c0 = cell == Cell::Lstm ? variable({kBatch, H}) : Tensor();
      const RecurrentStates whole = recurrence(cell, x, h0, c0, weights, std::vector<int64_t>(kSteps, kBatch));
      Tensor h = h0, c = c0;
      for (int64_t t = 0; t < kSteps; ++t) {
        const Tensor rows = slice(x, 0, t * kBatch, (t + 1) * kBatch);
        const RecurrentStates one = recurrence(cell, rows, h, c, weights, std::array{kBatch});
        h = one.h, c = one.c;
        CHECK(largest(slice(whole.y, 0, t * kBatch, (t + 1) * kBatch) - h) < 1e-12);
      }
      CHECK(largest(whole.h - h) < 1e-12);
      for (const Tensor& operand : {x, weights.w_ih, weights.w_hh, weights.b_ih, weights.b_hh}) {
        differentiate(whole.y, operand);
      }
    }
  }
}

TEST_CASE("a target of one class in one step is chosen with its own probability") {
  const Tensor x = variable({1, 3, 5}), targets = reshape(arange(1, 4), {3, 1});
  const std::array<int64_t, 3> ones = {1, 1, 1};
  const Tensor losses = ctc_loss(x, targets, ones, ones, 0, Reduction::None);
  CHECK(largest(losses + squeeze(gather(select(x, 0, 0), 1, targets), Dims{1})) < 1e-12);
}

TEST_CASE("ctc about a vector's width") {
  for (const int64_t length : {0, 1, 3, 7, 8, 17}) {
    const Tensor x = log_softmax(variable({2 * length + 1, 2, 4}), 2);
    const Tensor targets = remainder(arange(0, 2 * length), 3) + 1;
    const std::array<int64_t, 2> steps = {2 * length + 1, 2 * length + 1}, lengths = {length, length};
    differentiate(ctc_loss(x, targets, steps, lengths), x);
  }
}
