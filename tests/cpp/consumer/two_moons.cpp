// Trains a network on two interleaved half circles, with no Python anywhere: 2 -> 16 -> 1, ReLU, Adam.
#include <dlcore/dlcore.h>

#include <cmath>
#include <cstdio>
#include <vector>

using namespace dlcore;

namespace {

constexpr int64_t kPoints = 200;
constexpr int kHidden = 16, kSteps = 300;
constexpr double kPi = 3.14159265358979;

// Points (N, 2) and their class (N, 1): the upper moon 0, the lower moon 1.
void two_moons(const Tensor& x, const Tensor& t) {
  for (int64_t i = 0; i < kPoints; ++i) {
    const bool lower = i % 2;
    const double angle = kPi * static_cast<double>(i) / kPoints;
    x.data<float>()[2 * i] = static_cast<float>(lower ? 1 - std::cos(angle) : std::cos(angle));
    x.data<float>()[2 * i + 1] = static_cast<float>(lower ? 0.5 - std::sin(angle) : std::sin(angle));
    t.data<float>()[i] = lower;
  }
}

}  // namespace

int main() {
  const Tensor x = empty({kPoints, 2}), t = empty({kPoints, 1});
  two_moons(x, t);

  const Generator generator(0);
  std::vector<Tensor> parameters = {randn({kHidden, 2}, generator), zeros({kHidden}),
                                    randn({1, kHidden}, generator) * 0.25, zeros({1})};
  for (Tensor& p : parameters) p.requires_grad_();
  std::vector<OptimizerState> states(parameters.size());
  const auto logits = [&] {
    return linear(relu(linear(x, parameters[0], parameters[1])), parameters[2], parameters[3]);
  };

  double first = 0, last = 0;
  for (int step = 0; step < kSteps; ++step) {
    const Tensor loss = binary_cross_entropy_with_logits(logits(), t);
    loss.backward();
    adam_step({{parameters, states, {.lr = 0.03}}});
    for (Tensor& p : parameters) p.set_grad({});
    last = loss.item();
    if (step == 0) first = last;
  }

  const NoGrad no_history;
  const double right = mean(to(eq(gt(logits(), 0), gt(t, 0.5)), DType::Float32)).item();
  std::printf("%s: loss %.3f -> %.3f, %.1f %% right\n", build_info().march.c_str(), first, last, 100 * right);
  return right >= 0.97 && last < first / 4 ? 0 : 1;
}
