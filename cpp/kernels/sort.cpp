// Sorting by integers. An element becomes an unsigned key of the same order (the bits of a float, those of a negative
// one turned over; NaN above all; descending, the complement), and key and place become one number, key first. So no
// two are equal, and any way of sorting them gives the one stable order:
//   short rows: std::sort, whose comparisons are of whole registers.
//   long rows:  by the key's bytes from the last to the first (LSD radix sort), each pass stable; bytes that all keys
//   share
//               are passed over. Work grows as n.
// Threads share the rows; a row that is alone is counted and dealt out in parts, each of which has its own places to
// write. The k first are selected: what does not come before the k-th of those seen is not looked at twice.
#include "kernels/sort.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <memory>

#include "core/parallel.h"

namespace dlcore::kernels {
namespace {

using Wide = unsigned __int128;

constexpr int64_t kShort = 256;     // below, counting 256 values of a byte costs more than log2(n) comparisons
constexpr int64_t kPart = 1 << 16;  // elements dealt out together: their 256 places are 1 % of the work
constexpr int64_t kSortGrain = kElementGrain / 16;  // elements per piece; one is moved about sixteen times

template <class T>
auto key_of(T x) {
  if constexpr (std::is_floating_point_v<T>) {
    using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
    constexpr Bits kSign = Bits{1} << (8 * sizeof(T) - 1);
    const Bits bits = std::bit_cast<Bits>(x + T{0});  // -0 + 0 is 0, which it equals
    if (x != x) return std::numeric_limits<Bits>::max();
    return bits & kSign ? static_cast<Bits>(~bits) : static_cast<Bits>(bits | kSign);
  } else if constexpr (sizeof(T) == 8) {
    return static_cast<uint64_t>(x) ^ (uint64_t{1} << 63);
  } else if constexpr (sizeof(T) == 4) {
    return static_cast<uint32_t>(x) ^ (uint32_t{1} << 31);
  } else {
    return static_cast<uint32_t>(x);
  }
}

// Key and place in one number of twice the bits of either.
template <class T, class Packed>
struct Packing {
  static constexpr int kHalf = 4 * sizeof(Packed);
  const T* x;
  bool descending;

  Packed operator()(int64_t i) const {
    const auto key = key_of(x[i]);
    return static_cast<Packed>(descending ? ~key : key) << kHalf | static_cast<Packed>(i);
  }
  static int64_t place(Packed p) { return static_cast<int64_t>(p & ((Packed{1} << kHalf) - 1)); }
};

template <class Packed>
int byte_of(Packed p, int shift) {
  return static_cast<int>(p >> shift) & 255;
}

// `to` = `from` in the order of one byte. False, and nothing done, where all have the same.
template <class Packed>
bool deal_out(const Packed* from, Packed* to, int64_t n, int shift, int64_t (*counts)[256]) {
  const int64_t parts = pieces_of(n, kPart);
  parallel_for(n, kPart, [&](int64_t begin, int64_t end) {
    int64_t* count = counts[begin / kPart];
    std::fill_n(count, 256, 0);
    for (int64_t i = begin; i < end; ++i) ++count[byte_of(from[i], shift)];
  });
  int64_t before = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const int64_t start = before;
    for (int64_t part = 0; part < parts; ++part) before += std::exchange(counts[part][byte], before);
    if (before - start == n) return false;
  }
  parallel_for(n, kPart, [&](int64_t begin, int64_t end) {
    int64_t* place = counts[begin / kPart];
    for (int64_t i = begin; i < end; ++i) to[place[byte_of(from[i], shift)]++] = from[i];
  });
  return true;
}

// Room for one row, its copy, and the counts of its parts.
template <class Packed>
struct Room {
  explicit Room(int64_t n)
      : row(std::make_unique_for_overwrite<Packed[]>(n)),
        copy(n > kShort ? std::make_unique_for_overwrite<Packed[]>(n) : nullptr),
        counts(n > kShort ? std::make_unique_for_overwrite<int64_t[][256]>(pieces_of(n, kPart)) : nullptr) {}
  std::unique_ptr<Packed[]> row, copy;
  std::unique_ptr<int64_t[][256]> counts;
};

// The row in order; it may lie in the copy.
template <class Packed>
const Packed* sorted(const Room<Packed>& room, int64_t n, int key_bytes) {
  Packed *row = room.row.get(), *copy = room.copy.get();
  if (n <= kShort) {
    std::sort(row, row + n);
    return row;
  }
  constexpr int kHalf = 4 * sizeof(Packed);
  for (int byte = 0; byte < key_bytes; ++byte) {
    if (deal_out(row, copy, n, kHalf + 8 * byte, room.counts.get())) std::swap(row, copy);
  }
  return row;
}

// The k first of [begin, end) into `best`, which has room for end - begin or `capacity`, in no order.
template <class Packing>
int64_t select(const Packing& packed, int64_t begin, int64_t end, int64_t k, int64_t capacity, auto* best) {
  using Packed = std::remove_reference_t<decltype(*best)>;
  Packed last = std::numeric_limits<Packed>::max();
  int64_t count = 0;
  const auto keep_k = [&] {
    std::nth_element(best, best + k - 1, best + count);
    last = best[k - 1];
    count = k;
  };
  for (int64_t i = begin; i < end; ++i) {
    const Packed p = packed(i);
    if (p > last) continue;
    best[count++] = p;
    if (count == capacity) keep_k();
  }
  if (count > k) keep_k();
  return count;
}

// f<Packed>(), Packed being as narrow as keys of T and places below n allow.
template <class T, class F>
void with_packed(int64_t n, F f) {
  if constexpr (sizeof(T) <= 4) {
    if (n <= std::numeric_limits<uint32_t>::max()) return f.template operator()<uint64_t>();
  }
  f.template operator()<Wide>();
}

template <class T, class Packed>
void write(const T* x, const Packed* packed, int64_t n, T* values, int64_t* indices) {
  for (int64_t i = 0; i < n; ++i) {
    indices[i] = Packing<T, Packed>::place(packed[i]);
    values[i] = x[indices[i]];
  }
}

}  // namespace

void sort(DType dtype, int64_t rows, int64_t n, bool descending, const void* x_, void* values_, int64_t* indices) {
  if (rows * n == 0) return;
  visit(dtype, [&]<class T>() {
    auto* x = static_cast<const T*>(x_);
    auto* values = static_cast<T*>(values_);
    with_packed<T>(n, [&]<class Packed>() {
      parallel_for(rows, std::max<int64_t>(1, kSortGrain / n), [&](int64_t begin, int64_t end) {
        const Room<Packed> room(n);
        for (int64_t r = begin; r < end; ++r) {
          const Packing<T, Packed> packed{x + r * n, descending};
          parallel_for(n, kPart, [&](int64_t from, int64_t to) {
            for (int64_t i = from; i < to; ++i) room.row[i] = packed(i);
          });
          const Packed* row = sorted(room, n, sizeof(T));
          parallel_for(n, kPart, [&](int64_t from, int64_t to) {
            write(packed.x, row + from, to - from, values + r * n + from, indices + r * n + from);
          });
        }
      });
    });
  });
}

void topk(DType dtype, int64_t rows, int64_t n, int64_t k, bool descending, const void* x_, void* values_,
          int64_t* indices) {
  if (rows * k == 0) return;
  visit(dtype, [&]<class T>() {
    auto* x = static_cast<const T*>(x_);
    auto* values = static_cast<T*>(values_);
    // A part gives its own k first, of which the first of all are chosen: worth it where a part is much more than k.
    const int64_t part = rows == 1 && k <= kPart / 16 ? kPart : n, parts = pieces_of(n, part);
    const int64_t capacity = std::min(part, std::max<int64_t>(4 * k, 64));
    with_packed<T>(n, [&]<class Packed>() {
      parallel_for(rows, std::max<int64_t>(1, kElementGrain / n), [&](int64_t begin, int64_t end) {
        const auto room = std::make_unique_for_overwrite<Packed[]>(parts * capacity);
        const auto found = std::make_unique_for_overwrite<int64_t[]>(parts);
        for (int64_t r = begin; r < end; ++r) {
          const Packing<T, Packed> packed{x + r * n, descending};
          parallel_for(n, part, [&](int64_t from, int64_t to) {
            const int64_t p = from / part;
            found[p] = select(packed, from, to, k, capacity, room.get() + p * capacity);
          });
          int64_t count = found[0];
          for (int64_t p = 1; p < parts; ++p) {
            std::copy_n(room.get() + p * capacity, found[p], room.get() + count);
            count += found[p];
          }
          std::nth_element(room.get(), room.get() + k - 1, room.get() + count);
          std::sort(room.get(), room.get() + k);
          write(packed.x, room.get(), k, values + r * k, indices + r * k);
        }
      });
    });
  });
}

}  // namespace dlcore::kernels
