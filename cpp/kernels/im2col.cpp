// Copies, bound by the memory that columns take: each plane's come in the order in which they lie there, while the
// plane itself stays in the cache. Planes share nothing.
#include "kernels/im2col.h"

#include "core/parallel.h"

namespace dlcore::kernels {
namespace {

// body(h, columns of one row, first and last output inside) of each tap and output row.
template <class Row>
void over_columns(const Windows& of, Row row) {
  const Axis &h = of.h, &w = of.w;
  for (int64_t k = 0; k < h.kernel; ++k) {
    for (int64_t l = 0; l < w.kernel; ++l) {
      // The outputs whose tap l is inside.
      const int64_t before = w.padding - l * w.dilation;
      const int64_t first = std::clamp<int64_t>(before <= 0 ? 0 : (before + w.stride - 1) / w.stride, 0, w.out);
      const int64_t room = w.in + before;
      const int64_t last = std::clamp<int64_t>(room <= 0 ? 0 : (room + w.stride - 1) / w.stride, first, w.out);
      for (int64_t i = 0; i < h.out; ++i) {
        const int64_t y = h.at(i, k);
        row(((k * w.kernel + l) * h.out + i) * w.out, y >= 0 && y < h.in, y * w.in - before, first, last);
      }
    }
  }
}

int64_t grain_of(const Windows& of) {
  return std::max<int64_t>(kElementGrain / std::max<int64_t>(of.taps() * of.outputs(), 1), 1);
}

}  // namespace

void im2col(DType dtype, const Windows& of, const void* x_, void* columns_) {
  const int64_t size = of.taps() * of.outputs(), stride = of.w.stride;
  visit_floating(dtype, [&]<class T>() {
    parallel_for(of.M, grain_of(of), [&](int64_t begin, int64_t end) {
      for (int64_t m = begin; m < end; ++m) {
        const T* x = static_cast<const T*>(x_) + m * of.inputs();
        over_columns(of, [&](int64_t to, bool inside, int64_t from, int64_t first, int64_t last) {
          T* columns = static_cast<T*>(columns_) + m * size + to;
          if (!inside) first = last = of.w.out;
          std::fill(columns, columns + first, T(0));
          if (stride == 1) {
            std::copy(x + from + first, x + from + last, columns + first);
          } else {
            for (int64_t j = first; j < last; ++j) columns[j] = x[from + j * stride];
          }
          std::fill(columns + last, columns + of.w.out, T(0));
        });
      }
    });
  });
}

void col2im(DType dtype, const Windows& of, const void* columns_, void* x_) {
  const int64_t size = of.taps() * of.outputs(), stride = of.w.stride;
  visit_floating(dtype, [&]<class T>() {
    parallel_for(of.M, grain_of(of), [&](int64_t begin, int64_t end) {
      for (int64_t m = begin; m < end; ++m) {
        T* x = static_cast<T*>(x_) + m * of.inputs();
        std::fill(x, x + of.inputs(), T(0));
        over_columns(of, [&](int64_t at, bool inside, int64_t to, int64_t first, int64_t last) {
          if (!inside) return;
          const T* columns = static_cast<const T*>(columns_) + m * size + at;
          if (stride == 1) {
#pragma GCC ivdep
            for (int64_t j = first; j < last; ++j) x[to + j] += columns[j];
          } else {
#pragma GCC ivdep
            for (int64_t j = first; j < last; ++j) x[to + j * stride] += columns[j];
          }
        });
      }
    });
  });
}

}  // namespace dlcore::kernels
