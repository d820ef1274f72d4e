#include "peak.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

#if defined(__AVX512F__)
constexpr int kVectorBytes = 64;
#elif defined(__AVX__)
constexpr int kVectorBytes = 32;
#else
constexpr int kVectorBytes = 16;
#endif

// The best of many short turns: a neighbour on the machine, or a slow clock, can only make a turn longer.
constexpr int kTurns = 25;

// Seconds of work(thread, turn), begun by all threads at once and ended when the last one is done; the best turn.
template <class Work>
double best_seconds(int threads, int turns, Work work) {
  std::barrier gate(threads);
  double best = 1e9;
  const auto run = [&](int thread) {
    for (int turn = 0; turn < turns; ++turn) {
      gate.arrive_and_wait();
      const auto begin = Clock::now();
      work(thread);
      gate.arrive_and_wait();
      if (thread == 0) best = std::min(best, std::chrono::duration<double>(Clock::now() - begin).count());
    }
  };
  std::vector<std::jthread> others;
  for (int thread = 1; thread < threads; ++thread) others.emplace_back(run, thread);
  run(0);
  others.clear();
  return best;
}

// Two units that start a multiply-add per cycle and take 4 to 5 cycles for one are kept busy by 10 accumulators; 12
// fit into the 16 registers of AVX2 beside the two factors. Each begins with a number that the compiler cannot know:
// accumulators that begin equal stay equal, and it would compute them once.
constexpr int kAccumulators = 12;

template <class T>
void multiply_add(int64_t steps) {
  typedef T Vector __attribute__((vector_size(kVectorBytes)));
  static volatile T starts[kAccumulators + 2] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, T(0.5), 1};
  const auto start = [](int i) { return starts[i] - Vector{}; };
  Vector a0 = start(0), a1 = start(1), a2 = start(2), a3 = start(3), a4 = start(4), a5 = start(5), a6 = start(6),
         a7 = start(7), a8 = start(8), a9 = start(9), a10 = start(10), a11 = start(11);
  const Vector factor = start(12), term = start(13);
  for (int64_t i = 0; i < steps; ++i) {
    a0 = a0 * factor + term;
    a1 = a1 * factor + term;
    a2 = a2 * factor + term;
    a3 = a3 * factor + term;
    a4 = a4 * factor + term;
    a5 = a5 * factor + term;
    a6 = a6 * factor + term;
    a7 = a7 * factor + term;
    a8 = a8 * factor + term;
    a9 = a9 * factor + term;
    a10 = a10 * factor + term;
    a11 = a11 * factor + term;
  }
  const Vector sum = a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11;
  [[maybe_unused]] volatile T result = sum[0];
}

template <class T>
double flops(int threads) {
  constexpr int64_t kSteps = 1 << 20;  // 2 to 6 ms
  const double seconds = best_seconds(threads, kTurns, [](int) { multiply_add<T>(kSteps); });
  return 2.0 * kSteps * kAccumulators * (kVectorBytes / sizeof(T)) * threads / seconds;
}

// Each array is as large as the last cache, so that none of the three is found there again.
int64_t triad_size() {
  const int64_t cache = std::max(sysconf(_SC_LEVEL3_CACHE_SIZE), sysconf(_SC_LEVEL2_CACHE_SIZE));
  const int64_t memory = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  return std::min(std::clamp<int64_t>(cache, 64 << 20, 512 << 20), memory / 32) / sizeof(float);
}

double bytes(int threads) {
  const int64_t n = triad_size() / threads;
  struct Arrays {
    std::unique_ptr<float[]> a, b, c;
  };
  std::vector<Arrays> arrays(threads);
  const double seconds = best_seconds(threads, 8, [&](int thread) {
    Arrays& mine = arrays[thread];
    if (!mine.a) mine = {std::make_unique<float[]>(n), std::make_unique<float[]>(n), std::make_unique<float[]>(n)};
    float* __restrict a = mine.a.get();
    const float* __restrict b = mine.b.get();
    const float* __restrict c = mine.c.get();
    for (int64_t i = 0; i < n; ++i) a[i] = b[i] + 3 * c[i];
  });
  return 3.0 * sizeof(float) * n * threads / seconds;
}

}  // namespace

peak::Peak peak::measure(int threads) { return {flops<float>(threads), flops<double>(threads), bytes(threads)}; }

double dlcore_bench_peak_flops32(int threads) { return flops<float>(threads); }
double dlcore_bench_peak_flops64(int threads) { return flops<double>(threads); }
double dlcore_bench_peak_bytes(int threads) { return bytes(threads); }
