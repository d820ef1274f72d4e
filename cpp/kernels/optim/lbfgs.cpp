// Vectors are cut in pieces that stay in the first cache while several passes meet them (NOTE [Rows in passes]); what
// pieces add to a sum is joined in their order. The history, by far the most of it, is read twice an iteration, a piece
// of each of its rows after the other; the next row's is fetched meanwhile, as the processor does not foresee it.
#include "kernels/optim/lbfgs.h"

#include <algorithm>
#include <vector>

#include "core/parallel.h"
#include "kernels/optim/long_row.h"
#include "kernels/rows.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kPiece = 2048;  // elements: four of float32 make 32 KB; larger ones were slower

void fetch(const void* p) { __builtin_prefetch(p, 0, 2); }

template <class T>
Measured measured(int64_t n, const T* x, const T* other) {
  const auto size = [](simd::Vector<T> v) __attribute__((always_inline)) { return simd::larger<T>(v, -v); };
  Measured m;
  m.largest = std::max(T(0), largest_of_row<T>(n, [=](auto at) { return size(at(x)); }));
  m.sum = sum_of_row<T>(n, [=](auto at) { return size(at(x)); });
  if (other) m.product = sum_of_row<T>(n, [=](auto at) { return at(x) * at(other); });
  return m;
}

void join(Measured& all, const Measured& piece) {
  all.largest = std::max(all.largest, piece.largest);
  all.sum += piece.sum;
  all.product += piece.product;
}
void join(Curvature& all, const Curvature& piece) {
  all.sy += piece.sy;
  all.yy += piece.yy;
}

// All that body(begin, end) finds in the pieces of [0, n).
template <class Found, class Body>
Found over_pieces(int64_t n, const Body& body) {
  std::vector<Found> pieces(pieces_of(n, kPiece));
  parallel_for(n, kPiece, [&](int64_t begin, int64_t end) { pieces[begin / kPiece] = body(begin, end); });
  Found all;
  for (const Found& piece : pieces) join(all, piece);
  return all;
}

}  // namespace

Measured flat_gather(DType dtype, std::span<const FlatPart> parts, const void* d, void* x) {
  const LongRow row(parts);
  return visit_floating(dtype, [&]<class T>() {
    return over_pieces<Measured>(row.size(), [&](int64_t begin, int64_t end) {
      T* const piece = static_cast<T*>(x) + begin;
      T* to = piece;
      row.walk(begin, end, [&](size_t k, int64_t at, int64_t n) {
        if (const T* part = static_cast<const T*>(parts[k].data)) {
          std::copy_n(part + at, n, to);
        } else {
          std::fill_n(to, n, T(0));
        }
        to += n;
      });
      return measured<T>(end - begin, piece, d ? static_cast<const T*>(d) + begin : nullptr);
    });
  });
}

void flat_move(DType dtype, const void* start, double t, const void* d, std::span<const FlatPart> parts) {
  const LongRow row(parts);
  visit_floating(dtype, [&]<class T>() {
    parallel_for(row.size(), kElementGrain, [&](int64_t begin, int64_t end) {
      const T *from = static_cast<const T*>(start), *along = static_cast<const T*>(d) + begin;
      if (from) from += begin;
      row.walk(begin, end, [&, length = static_cast<T>(t)](size_t k, int64_t at, int64_t n) {
        T* const w = static_cast<T*>(parts[k].data) + at;
        const T* const x = from ? from : w;
        write_row<T>(n, w, false, [=](auto place) { return place(x) + length * place(along); });
        if (from) from += n;
        along += n;
      });
    });
  });
}

Curvature curvature_pair(DType dtype, int64_t n, double t, const void* d, const void* g, const void* before,
                         CurvaturePair pair) {
  return visit_floating(dtype, [&]<class T>() {
    return over_pieces<Curvature>(n, [&, length = static_cast<T>(t)](int64_t begin, int64_t end) {
      const auto piece = [begin](auto* x) { return static_cast<T*>(const_cast<void*>(x)) + begin; };
      const T *along = piece(d), *now = piece(g), *then = piece(before);
      T *const s = piece(pair.s), *const y = piece(pair.y);
      write_row<T>(end - begin, s, false, [=](auto at) { return length * at(along); });
      write_row<T>(end - begin, y, false, [=](auto at) { return at(now) - at(then); });
      return Curvature{sum_of_row<T>(end - begin, [=](auto at) { return at(s) * at(y); }),
                       sum_of_row<T>(end - begin, [=](auto at) { return at(y) * at(y); })};
    });
  });
}

void curvature_products(DType dtype, int64_t n, std::span<const CurvaturePair> pairs, std::span<const void* const> with,
                        double* products) {
  std::vector<const void*> rows;
  for (const CurvaturePair& pair : pairs) rows.push_back(pair.s);
  for (const CurvaturePair& pair : pairs) rows.push_back(pair.y);
  const size_t count = rows.size() * with.size();
  std::vector<double> pieces(pieces_of(n, kPiece) * count);
  visit_floating(dtype, [&]<class T>() {
    parallel_for(n, kPiece, [&](int64_t begin, int64_t end) {
      const auto piece = [begin](const void* x) { return static_cast<const T*>(x) + begin; };
      double* product = pieces.data() + begin / kPiece * count;
      for (size_t k = 0; k < rows.size(); ++k) {
        const T *row = piece(rows[k]), *next = piece(rows[(k + 1) % rows.size()]);
        for (const void* other : with) {
          *product++ = sum_of_row<T>(end - begin, [row, next, x = piece(other)](auto at) {
            fetch(next + at.d);
            return at(row) * at(x);
          });
        }
      }
    });
  });
  std::fill_n(products, count, 0.0);
  for (size_t i = 0; i < pieces.size(); ++i) products[i % count] += pieces[i];
}

Measured lbfgs_direction(DType dtype, int64_t n, std::span<const CurvaturePair> pairs, const double* weights,
                         double scale, const void* g, void* d) {
  return visit_floating(dtype, [&]<class T>() {
    return over_pieces<Measured>(n, [&](int64_t begin, int64_t end) {
      const auto piece = [begin](const void* x) { return static_cast<const T*>(x) + begin; };
      const T* const gradient = piece(g);
      T* const to = static_cast<T*>(d) + begin;
      write_row<T>(end - begin, to, false, [=, h = static_cast<T>(-scale)](auto at) { return h * at(gradient); });
      for (size_t k = 0; k < pairs.size(); ++k) {
        const CurvaturePair &pair = pairs[k], &next = pairs[(k + 1) % pairs.size()];
        const T *s = piece(pair.s), *y = piece(pair.y), *next_s = piece(next.s), *next_y = piece(next.y);
        const auto of_s = static_cast<T>(weights[k]), of_y = static_cast<T>(weights[pairs.size() + k]);
        write_row<T>(end - begin, to, false, [=](auto at) {
          fetch(next_s + at.d), fetch(next_y + at.d);
          return at(to) + of_s * at(s) + of_y * at(y);
        });
      }
      return measured<T>(end - begin, to, gradient);
    });
  });
}

}  // namespace dlcore::kernels
