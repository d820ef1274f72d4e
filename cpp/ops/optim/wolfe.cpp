#include "ops/optim/wolfe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace dlcore {
namespace {

constexpr double kFall = 1e-4;               // part of the slope at the start that the loss has to fall by
constexpr double kFlat = 0.9;                // part of it that may be left
constexpr double kLeast = 0.01, kMost = 10;  // a longer step: by this part of the last growth, to this multiple
constexpr double kSmallest = 1e-9;           // a bracket in which no component moves more is left as it is
constexpr double kMargin = 0.1;              // part of a bracket that is kept from its ends

// Where the cubic through two points with their slopes is least, within [low, high]; the middle where there is none.
double cubic_minimum(const LinePoint& a, const LinePoint& b, double low, double high) {
  if (a.t > b.t) return cubic_minimum(b, a, low, high);
  const double d1 = a.slope() + b.slope() - 3 * (a.loss - b.loss) / (a.t - b.t);
  const double d2 = std::sqrt(d1 * d1 - a.slope() * b.slope());
  const double at = b.t - (b.t - a.t) * ((b.slope() + d2 - d1) / (b.slope() - a.slope() + 2 * d2));
  return std::isnan(at) ? (low + high) / 2 : std::clamp(at, low, high);
}

class Search {
 public:
  Search(const std::function<LinePoint(double)>& evaluate, const LinePoint& start, int64_t further)
      : evaluate_(evaluate), start_(start), further_(further) {}

  // Steps further and further, until a point is good or there is a good one between it and the last.
  LinePoint run(double t, double size) {
    LinePoint before = start_, point = evaluate_(t);
    for (; count_ < further_; ++count_) {
      if (too_high(point) || (count_ > 1 && point.loss >= before.loss)) break;
      if (is_flat(point)) return point;
      if (point.slope() >= 0) break;
      const double low = point.t + kLeast * (point.t - before.t), high = point.t * kMost;
      const double next = cubic_minimum(before, point, low, high);
      before = std::exchange(point, evaluate_(next));
    }
    if (count_ == further_) before = start_;
    return narrow({before, point}, size);
  }

 private:
  bool too_high(const LinePoint& p) const { return p.loss > start_.loss + kFall * p.t * start_.slope(); }
  bool is_flat(const LinePoint& p) const { return std::abs(p.slope()) <= -kFlat * start_.slope(); }

  // Looks for a good point between two.
  LinePoint narrow(std::array<LinePoint, 2> bracket, double size) {
    const auto lower = [&] { return bracket[0].loss <= bracket[1].loss ? 0 : 1; };
    int low = lower();
    for (bool stuck = false; count_ < further_; ++count_) {
      const auto [left, right] = std::minmax({bracket[0].t, bracket[1].t});
      if ((right - left) * size < kSmallest) break;
      double t = cubic_minimum(bracket[0], bracket[1], left, right);
      const double margin = kMargin * (right - left);
      const bool near = std::min(right - t, t - left) < margin;
      const bool pushed = near && (stuck || t >= right || t <= left);  // twice close to an end, or at it
      if (pushed) t = std::abs(t - right) < std::abs(t - left) ? right - margin : left + margin;
      stuck = near && !pushed;

      LinePoint point = evaluate_(t);
      if (too_high(point) || point.loss >= bracket[low].loss) {
        bracket[1 - low] = std::move(point);
        low = lower();
        continue;
      }
      if (is_flat(point)) return point;
      if (point.slope() * (bracket[1 - low].t - bracket[low].t) >= 0) bracket[1 - low] = std::move(bracket[low]);
      bracket[low] = std::move(point);
    }
    return bracket[low];
  }

  const std::function<LinePoint(double)>& evaluate_;
  const LinePoint& start_;
  const int64_t further_;
  int64_t count_ = 0;  // evaluations after the first
};

}  // namespace

LinePoint strong_wolfe(const std::function<LinePoint(double t)>& evaluate, const LinePoint& start, double t,
                       double size, int64_t further) {
  return Search(evaluate, start, further).run(t, size);
}

}  // namespace dlcore
