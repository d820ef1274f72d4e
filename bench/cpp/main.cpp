// dlcore_bench [--benchmark_filter=REGEX] [--benchmark_min_time=SECONDS] ...: see --help.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <set>
#include <string_view>

#include "harness.h"

int main(int argc, char** argv) {
  bool lists = false;
  for (int i = 1; i < argc; ++i) lists |= std::string_view(argv[i]).starts_with("--benchmark_list_tests");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;

  if (!lists) {
    benchmark::AddCustomContext("level", dlcore::build_info().march);
    for (const int threads : std::set{1, dlcore::get_num_threads()}) {
      const peak::Peak& best = bench::peak_of(threads);
      char text[200];
      std::snprintf(text, sizeof text, "float32 %.0f GFLOP/s, float64 %.0f GFLOP/s, triad %.1f GB/s",
                    best.flops32 / 1e9, best.flops64 / 1e9, best.bytes / 1e9);
      benchmark::AddCustomContext("peak, threads:" + std::to_string(threads), text);
    }
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
