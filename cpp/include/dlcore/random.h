#pragma once

#include <atomic>
#include <cstdint>

#include "dlcore/export.h"
#include "dlcore/ref.h"

// NOTE [Random numbers]
// Philox4x32-10 (Salmon et al.: Parallel random numbers: as easy as 1, 2, 3; 2011) turns a counter into a block of four
// 32-bit words, under a key. The key is the seed, its lower half first; the counter is the number of the block, its
// lower half first, and two zeros. So a seed is an endless row of blocks, and any part of it can be computed on its
// own: the numbers depend on seed and position alone, whatever the threads, the instruction level or the machine. A
// generator is a seed and an offset, the number of the next block. An op that draws n numbers of w words each takes the
// next ceil(n w / 4) blocks; number i is made of the words i w ... i w + w - 1 of these. With u(a, b) = a / 2^32 + b /
// 2^64:
//   words  op
//   1      rand and its like in float32: the upper 24 bits, / 2^24
//   2      rand and its like in float64: the upper 27 and 26 bits of the two, / 2^53
//   1, 2   randn and its like, by Box and Muller (1958): numbers 2 k and 2 k + 1 are made of the words of both
//   1      bernoulli, dropout: a word < p 2^32
//   1      dropout of attention: every row of (..., H, Tq, Tk), or of (..., H, E) on a graph, begins with a new block
//   2      randint over fewer than 2^32 integers: low + floor(u (high - low)), none of which is more likely than
//   another by
//          more than 2^-32 of its probability
//   4      randint over more: the same with 128 bits
//   2      randperm: the exchange partner of element i (Fisher and Yates), i + floor(u (n - i))
//   2      multinomial: per sample; without replacement, per category
// A forked child has its parent's generators, and so draws the numbers that the parent draws; seed it anew.
namespace DLCORE_API dlcore {

// A handle: copies are the same generator. Threads may draw from one at a time and get different numbers.
class Generator {
 public:
  static constexpr uint64_t kDefaultSeed = 67280421310721;  // PyTorch's
  explicit Generator(uint64_t seed = kDefaultSeed) : state_(make_ref<State>(seed)) {}

  void manual_seed(uint64_t seed) const { set_state(seed, 0); }
  uint64_t seed() const;  // starts anew from a seed that the system draws, and returns it
  uint64_t initial_seed() const { return state_->seed.load(std::memory_order_relaxed); }
  uint64_t offset() const { return state_->offset.load(std::memory_order_relaxed); }
  void set_state(uint64_t seed, uint64_t offset) const {
    state_->seed.store(seed, std::memory_order_relaxed);
    state_->offset.store(offset, std::memory_order_relaxed);
  }
  Generator clone() const;
  // The number of the first of `blocks` blocks, which nobody else gets.
  uint64_t take(uint64_t blocks) const { return state_->offset.fetch_add(blocks, std::memory_order_relaxed); }

 private:
  // No lock, which a fork could leave locked for ever.
  struct State : RefCounted {
    explicit State(uint64_t seed_) : seed(seed_) {}
    static void destroy(State* state) { delete state; }
    std::atomic<uint64_t> seed, offset{0};
  };
  Ref<State> state_;
};

// What ops draw from that are given no generator; its first seed is the system's.
const Generator& default_generator();
void manual_seed(uint64_t seed);

}  // namespace dlcore
