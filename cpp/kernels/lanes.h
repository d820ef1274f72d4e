#pragma once

#include <cstdint>

namespace dlcore::kernels {

// The elements along one axis of contiguous memory: outer x inner lanes of n elements, `inner` apart.
struct Lanes {
  int64_t outer, n, inner;
};

}  // namespace dlcore::kernels
