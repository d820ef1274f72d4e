#include "core/allocator.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cstdlib>
#include <mutex>

#include "core/live_tensors.h"
#include "dlcore/error.h"
#include "dlcore/storage.h"

namespace dlcore {

std::atomic<int64_t> live_tensors{0};

namespace allocator {
namespace {

struct FreeBlock {
  FreeBlock* next;
};

constexpr int kSmallBins = 1024 / kAlignment;
constexpr int kStepsPerDoubling = 8;
constexpr int kBins = kSmallBins + kStepsPerDoubling * (48 - 10);

struct Bin {
  int index;
  size_t bytes;  // what a block of this bin really holds
};

Bin bin_of(size_t bytes) {
  if (bytes <= 1024) {
    const size_t units = bytes == 0 ? 1 : (bytes + kAlignment - 1) / kAlignment;
    return {static_cast<int>(units) - 1, units * kAlignment};
  }
  const int log2 = std::bit_width(bytes - 1) - 1;  // 2^log2 < bytes <= 2^(log2 + 1)
  const size_t step = size_t{1} << (log2 - 3);
  const size_t steps = (bytes - (size_t{1} << log2) + step - 1) / step;  // 1 ... 8
  return {kSmallBins + kStepsPerDoubling * (log2 - 10) + static_cast<int>(steps) - 1,
          (size_t{1} << log2) + steps * step};
}

void* fresh(size_t bytes) {
  if (bytes < kHugePage) return std::aligned_alloc(kAlignment, bytes);
  void* block = std::aligned_alloc(kHugePage, bytes);
  if (block) madvise(block, bytes, MADV_HUGEPAGE);  // a wish: no matter if the system does not grant it
  return block;
}

class Cache {
 public:
  Cache() {
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
    bound_ = static_cast<int64_t>(pages) * page / 4;
  }

  void* take(size_t bytes) {
    const Bin bin = bin_of(bytes);
    if (bin.index >= kBins) raise<OutOfMemory>("cannot allocate ", bytes, " bytes");
    {
      const std::lock_guard lock(mutex_);
      if (FreeBlock* block = bins_[bin.index]) {
        bins_[bin.index] = block->next;
        cached_ -= bin.bytes;
        count_live(bin.bytes);
        return block;
      }
    }
    void* block = fresh(bin.bytes);
    if (!block) {
      empty();
      block = fresh(bin.bytes);
      if (!block) raise<OutOfMemory>("cannot allocate ", bytes, " bytes");
    }
    const std::lock_guard lock(mutex_);
    count_live(bin.bytes);
    return block;
  }

  void give(void* block, size_t bytes) {
    const Bin bin = bin_of(bytes);
    {
      const std::lock_guard lock(mutex_);
      live_ -= bin.bytes;
      if (cached_ + static_cast<int64_t>(bin.bytes) <= bound_) {
        cached_ += bin.bytes;
        bins_[bin.index] = new (block) FreeBlock{bins_[bin.index]};
        return;
      }
    }
    std::free(block);
  }

  void empty() {
    const std::lock_guard lock(mutex_);
    for (FreeBlock*& head : bins_) {
      while (head) std::free(std::exchange(head, head->next));
    }
    cached_ = 0;
  }

  MemoryStats stats() {
    const std::lock_guard lock(mutex_);
    return {live_tensors.load(std::memory_order_relaxed), live_, peak_, cached_};
  }

 private:
  void count_live(size_t bytes) {
    live_ += bytes;
    peak_ = std::max(peak_, live_);
  }

  std::mutex mutex_;
  std::array<FreeBlock*, kBins> bins_{};
  int64_t bound_, live_ = 0, peak_ = 0, cached_ = 0;
};

// Never destroyed: tensors held by the interpreter may outlive every static object.
Cache& cache() {
  static Cache* const instance = new Cache;
  return *instance;
}

}  // namespace

void* allocate(size_t bytes) { return cache().take(bytes); }
void deallocate(void* block, size_t bytes) { cache().give(block, bytes); }

}  // namespace allocator

MemoryStats memory_stats() { return allocator::cache().stats(); }
void empty_cache() { allocator::cache().empty(); }

}  // namespace dlcore
