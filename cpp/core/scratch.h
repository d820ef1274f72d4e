#pragma once

#include <cstddef>
#include <utility>

#include "core/allocator.h"

namespace dlcore {

// Room for elements while a kernel works, from the caching allocator, aligned to a cache line, uninitialised.
template <class T>
class Scratch {
 public:
  Scratch() = default;
  explicit Scratch(size_t count)
      : data_(static_cast<T*>(allocator::allocate(count * sizeof(T)))), bytes_(count * sizeof(T)) {}
  Scratch(Scratch&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Scratch& operator=(Scratch&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Scratch() {
    if (data_) allocator::deallocate(data_, bytes_);
  }

  T* data() const { return data_; }
  operator T*() const { return data_; }
  // Room for at least so many; what was there is lost where it grows.
  void reserve(size_t count) {
    if (count * sizeof(T) > bytes_) *this = Scratch(count);
  }

 private:
  T* data_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace dlcore
