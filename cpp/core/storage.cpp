#include "dlcore/storage.h"

#include <new>

#include "core/allocator.h"

namespace dlcore {

static_assert(sizeof(Storage) <= allocator::kAlignment, "the header fills the first line of its block");

Ref<Storage> Storage::allocate(size_t bytes) {
  auto* block = static_cast<std::byte*>(allocator::allocate(allocator::kAlignment + bytes));
  return Ref<Storage>(new (block) Storage(block + allocator::kAlignment, bytes));
}

Ref<Storage> Storage::lent(void* data, size_t bytes, bool read_only, void* owner, void (*give_back)(void*)) {
  auto* block = allocator::allocate(allocator::kAlignment);
  auto* storage = new (block) Storage(static_cast<std::byte*>(data), bytes);
  storage->read_only_ = read_only;
  storage->owner_ = owner;
  storage->give_back_ = give_back;
  return Ref<Storage>(storage);
}

void Storage::destroy(Storage* storage) {
  if (storage->give_back_) storage->give_back_(storage->owner_);
  const size_t own_bytes = storage->give_back_ ? 0 : storage->bytes_;
  storage->~Storage();
  allocator::deallocate(storage, allocator::kAlignment + own_bytes);
}

}  // namespace dlcore
