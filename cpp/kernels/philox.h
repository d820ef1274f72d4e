#pragma once

#include <algorithm>
#include <cstdint>

#include "core/parallel.h"

// The words of NOTE [Random numbers]. Integers only, so they are the same bits however they are compiled; the loop over
// blocks is what the compiler vectorises.
namespace dlcore::kernels {

struct Stream {  // where a draw begins
  uint64_t seed, block;
};

inline constexpr int64_t kBlockWords = 4;
inline int64_t blocks_of(int64_t numbers, int64_t words_each) { return pieces_of(numbers * words_each, kBlockWords); }

struct Words {
  uint32_t c0, c1, c2, c3;
};
// The words of block (c0, c1) of a seed.
[[gnu::always_inline]] inline Words philox_block(uint64_t seed, uint32_t c0, uint32_t c1) {
  uint32_t c2 = 0, c3 = 0, k0 = static_cast<uint32_t>(seed), k1 = static_cast<uint32_t>(seed >> 32);
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t{0xD2511F53} * c0, p1 = uint64_t{0xCD9E8D57} * c2;
    c0 = static_cast<uint32_t>(p1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<uint32_t>(p1);
    c2 = static_cast<uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<uint32_t>(p0);
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return {c0, c1, c2, c3};
}

// words[4 b + j] = word j of block b of the stream.
inline void philox(const Stream& stream, int64_t blocks, uint32_t* __restrict words) {
  const auto first0 = static_cast<uint32_t>(stream.block), first1 = static_cast<uint32_t>(stream.block >> 32);
  for (int32_t b = 0; b < static_cast<int32_t>(blocks); ++b) {
    const uint32_t c0 = first0 + static_cast<uint32_t>(b), c1 = first1 + (c0 < first0);
    const Words w = philox_block(stream.seed, c0, c1);
    words[4 * b] = w.c0;
    words[4 * b + 1] = w.c1;
    words[4 * b + 2] = w.c2;
    words[4 * b + 3] = w.c3;
  }
}

// body(words, first, count) for the numbers [first, first + count) of n, made of the `words_each` words each that begin
// at `words`. Words are made in batches that stay in the first cache.
template <class Body>
void over_words(const Stream& stream, int64_t n, int64_t words_each, Body&& body) {
  constexpr int64_t kBatch = 256;  // blocks: 4 KB of words
  const int64_t per_block = kBlockWords / words_each;
  parallel_for(blocks_of(n, words_each), kElementGrain / kBlockWords, [&](int64_t begin, int64_t end) {
    uint32_t words[kBatch * kBlockWords];
    for (int64_t b = begin; b < end; b += kBatch) {
      const int64_t blocks = std::min(kBatch, end - b), first = b * per_block;
      philox({stream.seed, stream.block + static_cast<uint64_t>(b)}, blocks, words);
      body(static_cast<const uint32_t*>(words), first, std::min(blocks * per_block, n - first));
    }
  });
}

}  // namespace dlcore::kernels
