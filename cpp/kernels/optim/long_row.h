#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace dlcore::kernels {

// The elements of many arrays as one long row, which is cut anywhere: many small arrays then cost no more wake-ups than
// a large one.
class LongRow {
 public:
  // parts: whatever has a number n of elements.
  template <class Parts>
  explicit LongRow(const Parts& parts) {
    ends_.reserve(parts.size());
    for (const auto& part : parts) ends_.push_back(size() + part.n);
  }
  int64_t size() const { return ends_.empty() ? 0 : ends_.back(); }

  // body(k, at, n) for each stretch of [begin, end): n elements of part k, from its element `at` on.
  template <class Body>
  void walk(int64_t begin, int64_t end, const Body& body) const {
    for (size_t k = std::upper_bound(ends_.begin(), ends_.end(), begin) - ends_.begin(); begin < end; ++k) {
      const int64_t n = std::min(end, ends_[k]) - begin;
      body(k, begin - (k == 0 ? 0 : ends_[k - 1]), n);
      begin += n;
    }
  }

 private:
  std::vector<int64_t> ends_;
};

}  // namespace dlcore::kernels
