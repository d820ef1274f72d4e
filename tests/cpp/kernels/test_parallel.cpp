// parallel_for is hidden in the library: the tests compile it for themselves.
#include "core/parallel.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "dlcore/threads.h"

namespace {

struct Threads {
  explicit Threads(int n) : before(dlcore::get_num_threads()) { dlcore::set_num_threads(n); }
  ~Threads() { dlcore::set_num_threads(before); }
  int before;
};

// Whether each of n elements was met once, in pieces of `grain`.
bool covers(int64_t n, int64_t grain) {
  std::vector<std::atomic<int>> met(n);
  dlcore::parallel_for(n, grain, [&](int64_t begin, int64_t end) {
    if (begin % grain == 0 && end == std::min(n, begin + grain)) {
      for (int64_t i = begin; i < end; ++i) ++met[i];
    }
  });
  return std::all_of(met.begin(), met.end(), [](const auto& count) { return count == 1; });
}

}  // namespace

TEST_CASE("parallel_for meets every element once, whatever the number of threads") {
  for (const int threads : {1, 2, 3, 8, 1, 4}) {
    const Threads set(threads);
    for (const int64_t n : {0, 1, 7, 8, 9, 1000}) CHECK(covers(n, 8));
  }
}

TEST_CASE("a parallel_for inside one is done by the thread that meets it") {
  const Threads set(3);
  std::atomic<int64_t> total = 0;
  dlcore::parallel_for(10, 1, [&](int64_t, int64_t) {
    const auto self = std::this_thread::get_id();
    dlcore::parallel_for(10, 1, [&](int64_t begin, int64_t) {
      if (std::this_thread::get_id() == self) total += begin;
    });
  });
  CHECK(total == 10 * 45);
  CHECK(covers(1000, 8));
}

TEST_CASE("an exception reaches the caller, and the threads work on") {
  const Threads set(3);
  for (int i = 0; i < 20; ++i) {
    CHECK_THROWS_AS(dlcore::parallel_for(100, 1,
                                         [&](int64_t begin, int64_t) {
                                           if (begin >= 50) throw std::runtime_error("no");
                                         }),
                    std::runtime_error);
    CHECK(covers(1000, 8));
  }
}

TEST_CASE("several callers at once, and children forked meanwhile") {
  const Threads set(3);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> callers;
  for (int c = 0; c < 4; ++c) {
    callers.emplace_back([&] {
      for (int i = 0; i < 300; ++i) wrong += !covers(100 + i, 8);
    });
  }
  for (int i = 0; i < 5; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(covers(1000, 8) ? 0 : 1);
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(wrong == 0);
}
