#pragma once

#include <atomic>
#include <cstdint>

namespace dlcore {

// Counted by tensors and told by memory_stats(), of two libraries.
extern std::atomic<int64_t> live_tensors;

}  // namespace dlcore
