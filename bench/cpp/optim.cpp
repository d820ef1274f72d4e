// Steps of optimizers over 10 million parameters: passes over memory.
#include <benchmark/benchmark.h>

#include "harness.h"

namespace {

using namespace dlcore;

constexpr int kCount = 10;
constexpr int64_t kRows = 1000, kColumns = 1000;

// `moved`: how often the four bytes of a parameter are read or written, with those of its gradient and state.
void count(benchmark::State& state, int threads, int moved) {
  const double bytes = 4.0 * kCount * kRows * kColumns * moved;
  using benchmark::Counter;
  state.counters["GB/s"] = Counter(bytes / 1e9, Counter::kIsIterationInvariantRate);
  state.counters["%peak"] = Counter(100 * bytes / bench::peak_of(threads).bytes, Counter::kIsIterationInvariantRate);
}

template <class Options>
void step(benchmark::State& state, void (*step_of)(OptimGroups<Options>), const Options& options, int moved) {
  const int before = get_num_threads(), threads = static_cast<int>(state.range(0));
  set_num_threads(threads);
  std::vector<Tensor> parameters;
  for (int i = 0; i < kCount; ++i) {
    parameters.push_back(bench::normal_with_grad({kRows, kColumns}));
    parameters.back().set_grad(bench::normal({kRows, kColumns}));
  }
  std::vector<OptimizerState> states(kCount);
  step_of({{parameters, states, options}});
  for (auto _ : state) step_of({{parameters, states, options}});
  count(state, threads, moved);
  set_num_threads(before);
}

void sgd(benchmark::State& state) { step(state, &sgd_step, SgdOptions{.momentum = 0.9}, 5); }
void adagrad(benchmark::State& state) { step(state, &adagrad_step, AdagradOptions{}, 5); }
void rmsprop(benchmark::State& state) { step(state, &rmsprop_step, RmspropOptions{}, 5); }
void adadelta(benchmark::State& state) { step(state, &adadelta_step, AdadeltaOptions{}, 7); }
void adam(benchmark::State& state) { step(state, &adam_step, AdamOptions{}, 7); }
void radam(benchmark::State& state) { step(state, &radam_step, RadamOptions{}, 7); }
void lion(benchmark::State& state) { step(state, &lion_step, LionOptions{}, 5); }

// An iteration with a full history, whose rows are read twice, and the gradient of a bowl.
void lbfgs(benchmark::State& state) {
  constexpr int kHistory = 10, kMoved = 4 * kHistory + 3 + 2 + 5 + 4 + 3;
  const int before = get_num_threads(), threads = static_cast<int>(state.range(0));
  set_num_threads(threads);
  std::vector<Tensor> parameters, curvatures;
  for (int i = 0; i < kCount; ++i) {
    parameters.push_back(bench::normal_with_grad({kRows, kColumns}));
    curvatures.push_back(abs(bench::normal({kRows, kColumns})) + 0.5);
  }
  LbfgsState memory;
  const LbfgsOptions options = {
      .lr = 1e-3, .max_iter = 1, .tolerance_grad = 0, .tolerance_change = 0, .history_size = kHistory};
  const auto iterate = [&] {
    lbfgs_step(parameters, memory, options, [&] {
      const NoGrad no_grad;
      for (int i = 0; i < kCount; ++i) parameters[i].set_grad(parameters[i] * curvatures[i]);
      return 1.0;
    });
  };
  for (int i = 0; i <= kHistory; ++i) iterate();
  for (auto _ : state) iterate();
  count(state, threads, kMoved);
  set_num_threads(before);
}

void on_one_and_all(benchmark::internal::Benchmark* b) {
  b->ArgName("threads")->Arg(1)->UseRealTime();
  if (get_num_threads() > 1) b->Arg(get_num_threads());
}

BENCHMARK(sgd)->Name("optim/sgd")->Apply(on_one_and_all);
BENCHMARK(adagrad)->Name("optim/adagrad")->Apply(on_one_and_all);
BENCHMARK(rmsprop)->Name("optim/rmsprop")->Apply(on_one_and_all);
BENCHMARK(adadelta)->Name("optim/adadelta")->Apply(on_one_and_all);
BENCHMARK(adam)->Name("optim/adam")->Apply(on_one_and_all);
BENCHMARK(radam)->Name("optim/radam")->Apply(on_one_and_all);
BENCHMARK(lion)->Name("optim/lion")->Apply(on_one_and_all);
BENCHMARK(lbfgs)->Name("optim/lbfgs")->Apply(on_one_and_all);

}  // namespace
