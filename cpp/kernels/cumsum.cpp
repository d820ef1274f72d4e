// Running sums, in double for floats. One addition waits for the one before, so several lanes are summed at a time:
//   columns: where lanes lie side by side, a band of up to kBand of them, line by line.
//   rows:    where each lane is contiguous, four of them. A long lane that has no company is cut into parts; their
//   sums,
//            added up in order, are where the parts begin.
#include "kernels/cumsum.h"

#include <algorithm>
#include <memory>
#include <type_traits>

#include "core/parallel.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kBand = 512;    // running sums of a band: 4 KB
constexpr int64_t kTogether = 4;  // additions under way at once: as many as one takes cycles
constexpr int64_t kFewLanes = 16;

template <class T>
struct Scan {
  using Total = std::conditional_t<std::is_integral_v<T>, int64_t, double>;

  const T* x;
  T* y;
  Lanes lanes;
  bool from_the_end;

  // The sums over kLanes contiguous lanes from lane `first` on, of their elements [begin, end) in the order of
  // summation.
  template <int kLanes>
  void rows(int64_t first, int64_t begin, int64_t end, Total start) const {
    const int64_t n = lanes.n, at = first * n, step = from_the_end ? -1 : 1;
    Total sum[kLanes];
    std::fill_n(sum, kLanes, start);
    int64_t place = at + (from_the_end ? n - 1 - begin : begin);
    for (int64_t i = begin; i < end; ++i, place += step) {
      for (int l = 0; l < kLanes; ++l)
        y[place + l * n] = static_cast<T>(sum[l] += static_cast<Total>(x[place + l * n]));
    }
  }

  Total part_sum(int64_t lane, int64_t begin, int64_t end) const {
    const T* part = x + lane * lanes.n + (from_the_end ? lanes.n - end : begin);
    Total sums[8] = {};
    int64_t i = 0;
    for (; i + 8 <= end - begin; i += 8) {
      for (int l = 0; l < 8; ++l) sums[l] += static_cast<Total>(part[i + l]);
    }
    for (; i < end - begin; ++i) sums[0] += static_cast<Total>(part[i]);
    for (int l = 1; l < 8; ++l) sums[0] += sums[l];
    return sums[0];
  }

  void long_lane(int64_t lane) const {
    const int64_t n = lanes.n, parts = pieces_of(n, kElementGrain);
    const auto starts = std::make_unique<Total[]>(parts + 1);
    parallel_for(n, kElementGrain,
                 [&](int64_t begin, int64_t end) { starts[begin / kElementGrain + 1] = part_sum(lane, begin, end); });
    for (int64_t i = 1; i <= parts; ++i) starts[i] += starts[i - 1];
    parallel_for(n, kElementGrain,
                 [&](int64_t begin, int64_t end) { rows<1>(lane, begin, end, starts[begin / kElementGrain]); });
  }

  void all_rows() const {
    if (lanes.outer < kFewLanes && lanes.n >= 2 * kElementGrain) {
      for (int64_t i = 0; i < lanes.outer; ++i) long_lane(i);
      return;
    }
    const int64_t grain = std::max<int64_t>(1, kElementGrain / (kTogether * lanes.n));
    parallel_for(pieces_of(lanes.outer, kTogether), grain, [&](int64_t begin, int64_t end) {
      int64_t i = begin * kTogether;
      const int64_t last = std::min(lanes.outer, end * kTogether);
      for (; i + kTogether <= last; i += kTogether) rows<kTogether>(i, 0, lanes.n, 0);
      for (; i < last; ++i) rows<1>(i, 0, lanes.n, 0);
    });
  }

  void band(int64_t at, int64_t width) const {
    const int64_t n = lanes.n, step = from_the_end ? -lanes.inner : lanes.inner;
    Total sum[kBand] = {};
    int64_t place = at + (from_the_end ? (n - 1) * lanes.inner : 0);
    for (int64_t i = 0; i < n; ++i, place += step) {
      const T* from = x + place;
      T* to = y + place;
#pragma GCC ivdep
      for (int64_t j = 0; j < width; ++j) to[j] = static_cast<T>(sum[j] += static_cast<Total>(from[j]));
    }
  }

  void all_columns() const {
    const int64_t width = std::min(lanes.inner, kBand), bands = pieces_of(lanes.inner, width);
    const int64_t grain = std::max<int64_t>(1, kElementGrain / (width * lanes.n));
    parallel_for(lanes.outer * bands, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t j = i % bands * width;
        band(i / bands * lanes.n * lanes.inner + j, std::min(width, lanes.inner - j));
      }
    });
  }
};

}  // namespace

void cumsum(DType dtype, const Lanes& lanes, bool from_the_end, const void* x, void* y) {
  if (lanes.outer * lanes.n * lanes.inner == 0) return;
  const auto run = [&]<class T>() {
    const Scan<T> scan{static_cast<const T*>(x), static_cast<T*>(y), lanes, from_the_end};
    lanes.inner == 1 ? scan.all_rows() : scan.all_columns();
  };
  if (dtype == DType::Int64) return run.template operator()<int64_t>();
  visit_floating(dtype, run);
}

}  // namespace dlcore::kernels
