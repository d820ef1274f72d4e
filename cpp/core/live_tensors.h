#pragma once

#include <atomic>
#include <cstdint>

namespace dlcore {

inline std::atomic<int64_t> live_tensors{0};

}  // namespace dlcore
