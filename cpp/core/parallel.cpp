// NOTE [Threads]
// A pool of threads, not OpenMP's, because OpenMP ends a loop at a barrier that every thread of the team must reach:
// a thread whose core someone else is using holds up the rest even if it was given nothing to do, GNU OpenMP's threads
// spin for milliseconds meanwhile, its workers do not survive fork(), and whichever package brings its runtime first
// sets the policy for all. Here
// - the caller takes pieces itself, and in the end waits only for workers that have taken one;
// - each thread has a share of the pieces that follow each other, the caller the first one, so that from one op to the
//   next it mostly meets what its own cache holds; done with its share it helps with the others;
// - who waits does so awake for kPatience, then asleep, so that a worker it waits for can have its core;
// - jobs of several callers are open at once, and a free worker joins the oldest that has room;
// - a forked child begins with a pool of its own.
// Workers are started when a job first wants them, and never end: they sleep when the process exits.
#include "core/parallel.h"

#include <pthread.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace dlcore {
namespace {

// To wake a sleeper takes some 5 to 50 us; the next op of a training step follows sooner than this.
constexpr auto kPatience = std::chrono::microseconds(50);

thread_local bool in_piece = false;  // a parallel_for inside one is done by the thread that meets it

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Whether done() became true before kPatience was over. Not by sched_yield(): it gives up a whole slice of the
// scheduler's, so that a worker on a core that someone else is using never came to its work.
template <class Done>
bool true_soon(Done done) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    pause();
  }
  return true;
}

struct Job {
  static constexpr int kCallerSleeps = 1 << 30;

  static constexpr int kMostShares = 16;  // beyond which threads begin in a share together

  struct alignas(64) Share {
    std::atomic<int64_t> next;  // piece to be taken
    int64_t end;
  };

  Job(detail::Piece piece_, void* body_, int64_t n_, int64_t grain_, int64_t pieces, int workers)
      : piece(piece_),
        body(body_),
        n(n_),
        grain(grain_),
        share_count(std::min(workers + 1, kMostShares)),
        room(workers) {
    for (int s = 0; s < share_count; ++s) {
      shares[s].next = pieces * s / share_count;
      shares[s].end = pieces * (s + 1) / share_count;
    }
  }

  detail::Piece piece;
  void* body;
  int64_t n, grain;
  int share_count;
  std::array<Share, kMostShares> shares;
  int room;                    // workers that may still join; guarded by the pool
  std::atomic<int> inside{0};  // workers that have joined and not left, plus kCallerSleeps
  std::atomic<bool> failed{false};
  std::exception_ptr failure{};

  // first: the share to begin with.
  void work(int first) {
    const FlushDenormals flush;
    in_piece = true;
    try {
      for (int s = 0; s < share_count; ++s) {
        Share& share = shares[(first + s) % share_count];
        for (int64_t i; (i = share.next.fetch_add(1, std::memory_order_relaxed)) < share.end;) {
          piece(body, i * grain, std::min(n, (i + 1) * grain));
        }
      }
    } catch (...) {
      for (int s = 0; s < share_count; ++s) shares[s].next.store(shares[s].end, std::memory_order_relaxed);
      if (!failed.exchange(true)) failure = std::current_exception();
    }
    in_piece = false;
  }
};

class Pool {
 public:
  void run(Job& job) {
    {
      const std::lock_guard lock(mutex_);
      grow(job.room);
      open_.push_back(&job);
      wake_for(job);
    }
    posted_.fetch_add(1, std::memory_order_release);
    job.work(0);
    {
      const std::lock_guard lock(mutex_);
      std::erase(open_, &job);
    }
    if (true_soon([&] { return job.inside.load(std::memory_order_acquire) == 0; })) return;
    std::unique_lock lock(mutex_);
    job.inside.fetch_or(Job::kCallerSleeps);
    left_.wait(lock, [&] { return job.inside.load(std::memory_order_acquire) == Job::kCallerSleeps; });
  }

 private:
  void grow(int wanted) {
    sigset_t all, before;
    if (workers_ >= wanted) return;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // signals are for the threads of the program
    try {
      for (; workers_ < wanted; ++workers_) std::thread(&Pool::serve, this).detach();
    } catch (const std::system_error&) {  // the system has no more threads to give: so many, then
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  // Two sleepers at most, each of which will wake two more: to wake one takes the waker a microsecond or two.
  void wake_for(const Job& job) {
    for (int i = std::min(2, job.room - waiting_); i > 0; --i) wake_.notify_one();
  }

  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      while (!open_.empty()) {
        Job& job = *open_.front();
        const int share = job.room;  // the last one for the first worker, and so on down
        if (--job.room == 0) open_.erase(open_.begin());
        job.inside.fetch_add(1, std::memory_order_relaxed);
        wake_for(job);
        lock.unlock();
        job.work(share);
        // From here on the job may be gone.
        const bool last_and_awaited = job.inside.fetch_sub(1, std::memory_order_acq_rel) == Job::kCallerSleeps + 1;
        lock.lock();
        if (last_and_awaited) left_.notify_all();
      }
      const int64_t seen = posted_.load(std::memory_order_relaxed);
      ++waiting_;
      lock.unlock();
      true_soon([&] { return posted_.load(std::memory_order_relaxed) != seen; });
      lock.lock();
      --waiting_;
      wake_.wait(lock, [&] { return !open_.empty(); });
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_, left_;
  std::vector<Job*> open_;  // have room for a worker; oldest first
  int workers_ = 0, waiting_ = 0;
  std::atomic<int64_t> posted_{0};  // jobs, ever
};

Pool* pool = new Pool;
[[maybe_unused]] const int fork_safe = pthread_atfork(nullptr, nullptr, [] { pool = new Pool; });

}  // namespace

void detail::run_pieces(int64_t n, int64_t grain, Piece piece, void* body) {
  const int64_t pieces = pieces_of(n, grain);
  const int workers = static_cast<int>(std::min<int64_t>(get_num_threads(), pieces)) - 1;
  if (workers == 0 || in_piece) {
    const FlushDenormals flush;
    for (int64_t i = 0; i < pieces; ++i) piece(body, i * grain, std::min(n, (i + 1) * grain));
    return;
  }
  Job job(piece, body, n, grain, pieces, workers);
  pool->run(job);
  if (job.failed) std::rethrow_exception(job.failure);
}

}  // namespace dlcore
