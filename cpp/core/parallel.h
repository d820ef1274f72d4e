#pragma once

#include <algorithm>
#include <cstdint>

#include "core/denormals.h"
#include "dlcore/threads.h"

// NOTE [How work is cut]
// parallel_for cuts n into pieces of `grain`, the last one shorter. The pieces depend on n and grain alone, so a kernel
// whose pieces do not share an output, or that adds its pieces' partial sums in order, gives the same bits for any
// number of threads. Which thread does which piece is decided as it goes.
namespace dlcore {

inline constexpr int64_t kElementGrain = 32768;  // elements of light work per piece: about 10 us, ten times a wake-up

namespace detail {
using Piece = void (*)(void* body, int64_t begin, int64_t end);
void run_pieces(int64_t n, int64_t grain, Piece piece, void* body);
}  // namespace detail

// body(begin, end) for each piece of [0, n). Exceptions reach the caller.
template <class Body>
void parallel_for(int64_t n, int64_t grain, Body&& body) {
  if (n <= 0) return;
  if (n <= grain) {
    const FlushDenormals flush;
    body(int64_t{0}, n);
    return;
  }
  auto piece = [](void* b, int64_t begin, int64_t end) {
    (*static_cast<std::remove_reference_t<Body>*>(b))(begin, end);
  };
  detail::run_pieces(n, grain, piece, const_cast<void*>(static_cast<const void*>(&body)));
}

inline int64_t pieces_of(int64_t n, int64_t grain) { return (n + grain - 1) / grain; }

}  // namespace dlcore
