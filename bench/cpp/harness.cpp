#include "harness.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <map>
#include <set>

namespace bench {
namespace {

enum class Direction { Forward, Backward, Both };

Amount amount_of(const Case& c, Direction direction) {
  if (direction == Direction::Forward) return c.forward;
  if (direction == Direction::Both) return c.both;
  return {c.both.flops - c.forward.flops, c.both.bytes - c.forward.bytes};
}

// What a call did per second. A counter of the library would do, but prints percentages "per second".
void count(benchmark::State& state, const Amount& amount, DType dtype, int threads, double seconds) {
  const double rate = static_cast<double>(state.iterations()) / seconds;
  const peak::Peak& best = peak_of(threads);
  if (amount.flops > 0) {
    state.counters["GFLOP/s"] = amount.flops * rate / 1e9;
    state.counters["%peak"] = 100 * amount.flops * rate / (dtype == DType::Float32 ? best.flops32 : best.flops64);
  } else if (amount.bytes > 0) {
    state.counters["GB/s"] = amount.bytes * rate / 1e9;
    state.counters["%peak"] = 100 * amount.bytes * rate / best.bytes;
  }
}

// Times work(), and counts.
template <class Work>
void loop(benchmark::State& state, const Case& c, Direction direction, int threads, Work work) {
  const auto begin = std::chrono::steady_clock::now();
  for (auto _ : state) work();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  count(state, amount_of(c, direction), c.dtype, threads, elapsed.count());
}

void run(benchmark::State& state, const Case& c, Direction direction, int threads) {
  const int before = dlcore::get_num_threads();
  dlcore::set_num_threads(threads);
  const Inputs xs = c.inputs();
  if (direction == Direction::Forward) {
    const dlcore::NoGrad no_grad;
    loop(state, c, direction, threads, [&] { benchmark::DoNotOptimize(c.call(xs)); });
  } else {
    Inputs wrt;
    for (const Tensor& x : xs) {
      if (x.requires_grad()) wrt.push_back(x);
    }
    Tensor y = c.call(xs);
    const Tensor dy = normal(y.shape(), y.dtype());
    const bool again = direction == Direction::Both;  // else the one forward serves every backward
    loop(state, c, direction, threads, [&] {
      if (again) y = c.call(xs);
      benchmark::DoNotOptimize(dlcore::grad({&y, 1}, wrt, {&dy, 1}, /*retain_graph=*/!again, /*create_graph=*/false,
                                            /*allow_unused=*/false));
    });
  }
  dlcore::set_num_threads(before);
}

}  // namespace

const peak::Peak& peak_of(int threads) {
  static std::map<int, peak::Peak> peaks;
  const auto found = peaks.find(threads);
  return found != peaks.end() ? found->second : peaks.emplace(threads, peak::measure(threads)).first->second;
}

Tensor normal(const Shape& shape, DType dtype) { return dlcore::randn(shape, dlcore::Generator(0), dtype); }

Tensor normal_with_grad(const Shape& shape, DType dtype) { return normal(shape, dtype).requires_grad_(); }

void add(const Case& c) {
  for (const auto& [direction, name] : {std::pair{Direction::Forward, "forward"},
                                        {Direction::Backward, "backward"},
                                        {Direction::Both, "forward_backward"}}) {
    for (const int threads : std::set{1, dlcore::get_num_threads()}) {
      const std::string full = c.name + "/" + name + "/threads:" + std::to_string(threads);
      // Real time, as the threads of a kernel are not those that the library of the benchmarks knows.
      benchmark::RegisterBenchmark(full.c_str(), run, c, direction, threads)->UseRealTime();
    }
  }
}

}  // namespace bench
