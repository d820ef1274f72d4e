#pragma once

#include <cstdint>
#include <utility>

#include "dlcore/dtype.h"

namespace dlcore::kernels {

// visit_bits(dtype, []<class T>() { ... }): for kernels that only move elements, an unsigned integer of their size.
template <class F>
decltype(auto) visit_bits(DType dtype, F&& f) {
  switch (item_size(dtype)) {
    case 1:
      return std::forward<F>(f).template operator()<uint8_t>();
    case 4:
      return std::forward<F>(f).template operator()<uint32_t>();
    default:
      return std::forward<F>(f).template operator()<uint64_t>();
  }
}

}  // namespace dlcore::kernels
