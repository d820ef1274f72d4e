// Where bools are true, in two passes over pieces of the work: each piece counts its own, then writes its coordinates
// behind those of the pieces before it. Coordinates are carried along, not divided out of positions.
#include "kernels/nonzero.h"

#include <utility>

#include "core/parallel.h"

namespace dlcore::kernels {

int64_t count_pieces(int64_t n) { return pieces_of(n, kElementGrain); }

int64_t count_true(const bool* x, int64_t n, int64_t* before) {
  parallel_for(n, kElementGrain, [&](int64_t begin, int64_t end) {
    int64_t count = 0;
    for (int64_t i = begin; i < end; ++i) count += x[i];
    before[begin / kElementGrain] = count;
  });
  int64_t total = 0;
  for (int64_t piece = 0; piece < count_pieces(n); ++piece) total += std::exchange(before[piece], total);
  return total;
}

void true_places(const bool* x, int64_t n, const Shape& shape, const int64_t* before, const Coordinates& y) {
  const int last = shape.size() - 1;
  parallel_for(n, kElementGrain, [&](int64_t begin, int64_t end) {
    int64_t* row = y.data + before[begin / kElementGrain] * y.row_step;
    Dims at = Dims::filled(shape.size(), 0);
    int64_t rest = begin;
    for (int d = last; d >= 0; --d) {
      at[d] = rest % shape[d];
      rest /= shape[d];
    }
    while (begin < end) {
      const int64_t run = std::min(end - begin, shape[last] - at[last]);
      for (int64_t j = 0; j < run; ++j) {
        if (!x[begin + j]) continue;
        for (int d = 0; d < last; ++d) row[d * y.axis_step] = at[d];
        row[last * y.axis_step] = at[last] + j;
        row += y.row_step;
      }
      begin += run;
      at[last] += run;
      for (int d = last; d > 0 && at[d] == shape[d]; --d) {
        at[d] = 0;
        ++at[d - 1];
      }
    }
  });
}

}  // namespace dlcore::kernels
