// Trains a network on two interleaved half circles, with no Python anywhere: x -> 16 -> 1, sigmoids, gradient descent.
#include <dlcore/dlcore.h>

#include <cmath>
#include <cstdio>
#include <vector>

using namespace dlcore;

namespace {

constexpr int64_t kPoints = 200;
constexpr int kHidden = 16, kSteps = 2000;
constexpr double kLearningRate = 2.0, kPi = 3.14159265358979;

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

// Different but reproducible weights to start from, in [-1.5, 1.5].
Tensor spread(const Shape& shape) {
  Tensor w = empty(shape);
  for (int64_t i = 0; i < w.numel(); ++i) w.data<float>()[i] = static_cast<float>(1.5 * std::sin(7.0 * i + 1));
  return w;
}

// y[n, j] = sum_i x[n, i] w[i, j] + b[j]
Tensor affine(const Tensor& x, const Tensor& w, const Tensor& b) {
  return sum(reshape(x, {x.size(0), x.size(1), 1}) * w, Dims{1}) + b;
}

}  // namespace

int main() {
  const Tensor x = empty({kPoints, 2}), t = empty({kPoints, 1});
  two_moons(x, t);

  std::vector<Tensor> parameters = {spread({2, kHidden}), zeros({kHidden}), spread({kHidden, 1}), zeros({1})};
  for (Tensor& p : parameters) p.requires_grad_();
  const auto predict = [&] {
    const Tensor hidden = sigmoid(affine(x, parameters[0], parameters[1]));
    return sigmoid(affine(hidden, parameters[2], parameters[3]));
  };

  double first = 0, last = 0;
  for (int step = 0; step < kSteps; ++step) {
    const Tensor error = predict() - t;
    const Tensor loss = sum(error * error) / kPoints;
    loss.backward();
    last = loss.item();
    if (step == 0) first = last;

    const NoGrad no_history;
    for (Tensor& p : parameters) {
      sub_(p, p.grad() * kLearningRate);
      p.set_grad({});
    }
  }

  const Tensor y = predict();
  int right = 0;
  for (int64_t i = 0; i < kPoints; ++i) right += (y.data<float>()[i] > 0.5f) == (t.data<float>()[i] > 0.5f);
  std::printf("%s: mean squared error %.3f -> %.3f, %d of %d right\n", build_info().march.c_str(), first, last, right,
              static_cast<int>(kPoints));
  return right >= kPoints * 95 / 100 && last < first / 2 ? 0 : 1;
}
