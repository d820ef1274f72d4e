#include "ops/nn/resampling.h"

#include <algorithm>
#include <cmath>

namespace dlcore {
namespace {

// Keys' kernel of cubic convolution; PyTorch takes a = -0.75, but -0.5 where it is stretched against aliasing.
double cubic(double d, double a) {
  d = std::abs(d);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((d - 5) * d + 8) * d * a - 4 * a : 0;
}
double triangle(double d) { return std::max(0., 1 - std::abs(d)); }

// One element of the m, `weights[i]` being that of element first + i; beyond the ends counts for the outermost one.
void add_row(kernels::SparseRows& rows, int64_t first, const std::vector<double>& weights) {
  const size_t begin = rows.column.size();
  for (size_t i = 0; i < weights.size(); ++i) {
    const auto column = static_cast<int32_t>(std::clamp<int64_t>(first + static_cast<int64_t>(i), 0, rows.columns - 1));
    if (weights[i] == 0) continue;  // so that what has no weight stays out, be it infinite
    if (rows.column.size() > begin && rows.column.back() == column) {
      rows.weight.back() += weights[i];
    } else {
      rows.column.push_back(column);
      rows.weight.push_back(weights[i]);
    }
  }
  rows.begin.push_back(static_cast<int64_t>(rows.column.size()));
}

// The kernel is stretched by `scale` where that is above 1, so that all n count.
void add_antialiased(kernels::SparseRows& rows, int64_t o, double scale, bool is_cubic) {
  const double stretch = std::max(scale, 1.), centre = scale * (static_cast<double>(o) + 0.5);
  const double reach = stretch * (is_cubic ? 2 : 1);
  const int64_t first = std::max<int64_t>(static_cast<int64_t>(centre - reach + 0.5), 0);
  const int64_t last = std::min(static_cast<int64_t>(centre + reach + 0.5), rows.columns);
  std::vector<double> weights;
  double sum = 0;
  for (int64_t i = first; i < last; ++i) {
    const double d = (static_cast<double>(i) - centre + 0.5) / stretch;
    weights.push_back(is_cubic ? cubic(d, -0.5) : triangle(d));
    sum += weights.back();
  }
  for (double& w : weights) w /= sum;
  add_row(rows, first, weights);
}

}  // namespace

kernels::SparseRows resampling_rows(int64_t n, int64_t m, Resampling how, bool align_corners, double scale,
                                    bool antialias) {
  kernels::SparseRows rows;
  rows.columns = n;
  if (align_corners) scale = m > 1 ? static_cast<double>(n - 1) / static_cast<double>(m - 1) : 0;
  if ((how == Resampling::Linear || antialias) && m == n) scale = 1;  // whatever the factor was, as in PyTorch
  for (int64_t o = 0; o < m; ++o) {
    if (how == Resampling::Area) {
      const int64_t first = o * n / m, last = ((o + 1) * n + m - 1) / m;
      add_row(rows, first, std::vector<double>(last - first, 1 / static_cast<double>(last - first)));
    } else if (how == Resampling::Nearest || how == Resampling::NearestExact) {
      // In float32, as PyTorch: where a border between two elements is hit, rounding chooses.
      const float at =
          (static_cast<float>(o) + (how == Resampling::NearestExact ? 0.5f : 0.f)) * static_cast<float>(scale);
      add_row(rows, std::min(static_cast<int64_t>(std::floor(at)), n - 1), {1});
    } else if (antialias) {
      add_antialiased(rows, o, scale, how == Resampling::Cubic);
    } else {
      double x = align_corners ? static_cast<double>(o) * scale : (static_cast<double>(o) + 0.5) * scale - 0.5;
      if (how == Resampling::Linear) x = std::max(x, 0.);
      const double whole = std::floor(x), t = x - whole;
      const int64_t i = static_cast<int64_t>(whole);
      if (how == Resampling::Linear) {
        add_row(rows, i, {1 - t, t});
      } else {
        add_row(rows, i - 1, {cubic(1 + t, -0.75), cubic(t, -0.75), cubic(1 - t, -0.75), cubic(2 - t, -0.75)});
      }
    }
  }
  return rows;
}

}  // namespace dlcore
