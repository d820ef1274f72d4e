// Triangles of matrices: each row is a run that is copied and a run that is cleared. Cut over rows.
#include "kernels/triangle.h"

#include <cstring>

#include "core/parallel.h"
#include "kernels/bits.h"

namespace dlcore::kernels {
namespace {

// kept(i): the columns [begin, end) of row i that stay.
template <class T, class Kept>
void triangle(const Triangle& t, Kept kept) {
  if (t.columns == 0) return;
  const int inner = t.rows.ndim - 1;
  const int64_t y_step = inner < 0 ? 0 : t.rows.strides[0][inner], x_row = inner < 0 ? 0 : t.rows.strides[1][inner];
  parallel_for(t.rows.numel, std::max<int64_t>(kElementGrain / t.columns, 1), [&](int64_t begin, int64_t end) {
    int64_t i = begin % t.matrix_rows;
    walk(t.rows, begin, end, [&](const std::array<int64_t, 2>& at, int64_t n) {
      T* y = t.rows.at<T>(0) + at[0];
      const T* x = t.rows.at<const T>(1) + at[1];
      for (; n > 0; --n, y += y_step, x += x_row) {
        const auto [from, to] = kept(i);
        std::fill(y, y + from, T{0});
        if (t.x_step == 1) {
          std::copy(x + from, x + to, y + from);
        } else {
          for (int64_t j = from; j < to; ++j) y[j] = x[j * t.x_step];
        }
        std::fill(y + to, y + t.columns, T{0});
        if (++i == t.matrix_rows) i = 0;
      }
    });
  });
}

struct Columns {
  int64_t begin, end;
};

}  // namespace

void tril(DType dtype, const Triangle& t) {
  visit_bits(dtype, [&]<class T>() {
    triangle<T>(t, [&](int64_t i) { return Columns{0, std::clamp<int64_t>(i + t.diagonal + 1, 0, t.columns)}; });
  });
}

void triu(DType dtype, const Triangle& t) {
  visit_bits(dtype, [&]<class T>() {
    triangle<T>(t, [&](int64_t i) { return Columns{std::clamp<int64_t>(i + t.diagonal, 0, t.columns), t.columns}; });
  });
}

}  // namespace dlcore::kernels
