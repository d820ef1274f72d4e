// One pass over each row of logits while it is in the first cache, forward and backward. With q the smoothed and
// weighted target, q[c] = w[c] ((1 - s) [c = t] + s / classes), and Q its sum: loss = Q z - q . x and dx = dy (Q exp(x
// - z) - q). Threads share the rows; no row's sum is split.
#include "kernels/cross_entropy.h"

#include <Eigen/Core>
#include <cmath>

#include "kernels/math.h"
#include "kernels/reducers.h"

namespace dlcore::kernels {
namespace {

template <class T>
using Row = Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>;

template <class T>
struct Rows {
  const CrossEntropy& of;
  const T* weight = static_cast<const T*>(of.weight);
  T hit = static_cast<T>(1 - of.smoothing);
  T everywhere = static_cast<T>(of.smoothing / static_cast<double>(of.classes));
  T all = everywhere * (weight ? Row<T>(weight, of.classes).sum() : static_cast<T>(of.classes));

  T weight_of(int64_t c) const { return weight ? weight[c] : T(1); }
  bool ignores(int64_t row) const { return of.target[row] == of.ignored; }
  int64_t grain() const { return std::max<int64_t>(1, kElementGrain / 8 / std::max<int64_t>(of.classes, 1)); }

  // ln(sum of e^x), the exponentials of kRun elements at a time in a loop of their own.
  static T log_sum(const Row<T>& x) {
    const T top = x.maxCoeff();
    if (std::isinf(top)) return top;
    T e[kRun];
    double total = 0;
    for (int64_t begin = 0; begin < x.size(); begin += kRun) {
      const int64_t n = std::min<int64_t>(kRun, x.size() - begin);
      const T* from = x.data() + begin;
      for (int64_t i = 0; i < n; ++i) e[i] = math::exp(from[i] - top);
      total += detail::run_total(Sum<T>{}, e, n, detail::Same<NoParam>{});
    }
    return top + static_cast<T>(std::log(total));
  }

  T smooth_sum(const Row<T>& x) const {  // sum_c of the smoothing part of q times x
    if (everywhere == 0) return 0;
    return everywhere * (weight ? (x * Row<T>(weight, of.classes)).sum() : x.sum());
  }
};

}  // namespace

void cross_entropy(DType dtype, const CrossEntropy& of, const void* x_, void* loss_, void* weight_, void* z_) {
  visit_floating(dtype, [&]<class T>() {
    const Rows<T> rows{of};
    auto *loss = static_cast<T*>(loss_), *weight = static_cast<T*>(weight_), *z = static_cast<T*>(z_);
    parallel_for(of.rows, rows.grain(), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const Row<T> x(static_cast<const T*>(x_) + i * of.classes, of.classes);
        z[i] = rows.log_sum(x);
        loss[i] = weight[i] = 0;
        if (rows.ignores(i)) continue;
        const int64_t t = of.target[i];
        weight[i] = rows.weight_of(t);
        loss[i] = rows.hit * weight[i] * (z[i] - x[t]) + (rows.all * z[i] - rows.smooth_sum(x));
      }
    });
  });
}

void cross_entropy_backward(DType dtype, const CrossEntropy& of, const void* x_, const void* z_, const void* dy_,
                            int64_t dy_stride, void* dx_) {
  visit_floating(dtype, [&]<class T>() {
    const Rows<T> rows{of};
    auto *z = static_cast<const T*>(z_), *dy = static_cast<const T*>(dy_);
    parallel_for(of.rows, rows.grain(), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const Row<T> x(static_cast<const T*>(x_) + i * of.classes, of.classes);
        Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>> dx(static_cast<T*>(dx_) + i * of.classes, of.classes);
        if (rows.ignores(i)) {
          dx.setZero();
          continue;
        }
        const T g = dy[i * dy_stride];
        const T own = rows.hit * rows.weight_of(of.target[i]);
        const T scale = g * (own + rows.all), zi = z[i];
        const T* from = x.data();
        T* to = dx.data();
#pragma GCC ivdep
        for (int64_t c = 0; c < of.classes; ++c) to[c] = math::exp(from[c] - zi) * scale;
        if (rows.everywhere != 0) {
          if (rows.weight) {
            dx -= Row<T>(rows.weight, of.classes) * (g * rows.everywhere);
          } else {
            dx -= g * rows.everywhere;
          }
        }
        dx[of.target[i]] -= g * own;
      }
    });
  });
}

}  // namespace dlcore::kernels
