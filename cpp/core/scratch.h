#pragma once

#include <cstdint>

#include "core/allocator.h"

namespace dlcore {

// Room for n elements while a kernel works, from the caching allocator, uninitialised.
template <class T>
class Scratch {
 public:
  explicit Scratch(int64_t n)
      : bytes_(static_cast<size_t>(n) * sizeof(T)), data_(static_cast<T*>(allocator::allocate(bytes_))) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { allocator::deallocate(data_, bytes_); }

  T* data() const { return data_; }

 private:
  size_t bytes_;
  T* data_;
};

}  // namespace dlcore
