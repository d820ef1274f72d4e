// Small things, where the tape and the allocator are all there is.
#include <benchmark/benchmark.h>

#include "dlcore/dlcore.h"

namespace {

using namespace dlcore;

void add_one_element(benchmark::State& state) {
  const Tensor a = ones({1}), b = ones({1});
  for (auto _ : state) benchmark::DoNotOptimize(add(a, b));
}
BENCHMARK(add_one_element)->Name("small/add");

void three_ops_forward(benchmark::State& state) {
  const Tensor x = ones({4}).requires_grad_();
  for (auto _ : state) benchmark::DoNotOptimize(sum(sigmoid(mul(x, x))));
}
BENCHMARK(three_ops_forward)->Name("small/three_ops/forward");

void three_ops_forward_backward(benchmark::State& state) {
  Tensor x = ones({4}).requires_grad_();
  for (auto _ : state) {
    x.set_grad({});
    sum(sigmoid(mul(x, x))).backward();
  }
}
BENCHMARK(three_ops_forward_backward)->Name("small/three_ops");

void training_step(benchmark::State& state) {
  Generator generator(0);
  const Tensor x = randn({32, 64}, generator), t = randint(0, 10, {32}, generator);
  std::vector<Tensor> parameters = {randn({64, 64}, generator) * 0.1, zeros({64}), randn({10, 64}, generator) * 0.1,
                                    zeros({10})};
  for (Tensor& p : parameters) p.requires_grad_();
  std::vector<OptimizerState> states(parameters.size());
  for (auto _ : state) {
    const Tensor hidden = relu(linear(x, parameters[0], parameters[1]));
    cross_entropy(linear(hidden, parameters[2], parameters[3]), t).backward();
    adam_step({{parameters, states, {}}});
    for (Tensor& p : parameters) p.set_grad({});
  }
}
BENCHMARK(training_step)->Name("small/training_step");

}  // namespace
