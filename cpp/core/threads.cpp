#include "dlcore/threads.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "dlcore/error.h"

namespace dlcore {
namespace {

int env_threads(const char* name) {
  const char* value = std::getenv(name);
  return value ? std::atoi(value) : 0;
}

// The CPU quota of a container, rounded up, or 0 where there is none (cgroup v2, then v1).
int quota_threads() {
  long quota = 0, period = 0;
  if (FILE* f = std::fopen("/sys/fs/cgroup/cpu.max", "r")) {
    if (std::fscanf(f, "%ld %ld", &quota, &period) != 2) quota = 0;
    std::fclose(f);
  } else {
    for (auto [path, into] : {std::pair{"/sys/fs/cgroup/cpu/cpu.cfs_quota_us", &quota},
                              std::pair{"/sys/fs/cgroup/cpu/cpu.cfs_period_us", &period}}) {
      if (FILE* f1 = std::fopen(path, "r")) {
        if (std::fscanf(f1, "%ld", into) != 1) *into = 0;
        std::fclose(f1);
      }
    }
  }
  return quota > 0 && period > 0 ? static_cast<int>((quota + period - 1) / period) : 0;
}

int default_threads() {
  for (const char* name : {"DLCORE_NUM_THREADS", "OMP_NUM_THREADS"}) {
    if (const int n = env_threads(name); n > 0) return n;
  }
  cpu_set_t cpus;
  int n = sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
  if (const int quota = quota_threads()) n = std::min(n, quota);
  return std::max(n, 1);
}

std::atomic<int>& threads() {
  static std::atomic<int> n{default_threads()};
  return n;
}

}  // namespace

int get_num_threads() { return threads().load(std::memory_order_relaxed); }

void set_num_threads(int n) {
  if (n < 1) raise<ValueError>("set_num_threads: expected a positive number, got ", n);
  threads().store(n, std::memory_order_relaxed);
}

}  // namespace dlcore
