#pragma once

#include <cstddef>
#include <cstdint>

#include "dlcore/export.h"
#include "dlcore/ref.h"

namespace DLCORE_API dlcore {

// The bytes that tensors look at: 64-byte aligned and from the library's allocator, or lent by someone else (NumPy,
// DLPack), who is told when the last tensor lets go. The header lies in front of its own bytes, in one block.
class Storage : public RefCounted {
 public:
  static Ref<Storage> allocate(size_t bytes);
  static Ref<Storage> lent(void* data, size_t bytes, bool read_only, void* owner, void (*give_back)(void*));
  static void destroy(Storage* storage);

  std::byte* data() const { return data_; }
  size_t bytes() const { return bytes_; }
  bool read_only() const { return read_only_; }

  // Counts the changes made in place; a gradient that saved an older state finds out by it.
  uint32_t version() const { return version_.load(std::memory_order_relaxed); }
  void bump_version() { version_.fetch_add(1, std::memory_order_relaxed); }

 private:
  Storage(std::byte* data, size_t bytes) : data_(data), bytes_(bytes) {}

  std::byte* data_;
  size_t bytes_;
  std::atomic<uint32_t> version_{0};
  bool read_only_ = false;
  void* owner_ = nullptr;
  void (*give_back_)(void*) = nullptr;
};

struct MemoryStats {
  int64_t live_tensors;  // tensors that exist, views included
  int64_t live_bytes;    // bytes in blocks that tensors hold
  int64_t peak_bytes;    // the most that live_bytes has been
  int64_t cached_bytes;  // bytes in freed blocks kept for the next tensor
};
MemoryStats memory_stats();
void empty_cache();  // gives the kept blocks back to the system

}  // namespace dlcore
