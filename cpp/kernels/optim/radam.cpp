// Adam, whose root is left out while too few gradients were seen for its variance to be known, and then weighed:
//   r_inf = 2 / (1 - beta2) - 1;  r = r_inf - 2 t beta2^t / (1 - beta2^t)
//   w = w - lr / (1 - beta1^t) m weight sqrt(1 - beta2^t) / (sqrt(v) + eps) if r > 5, w - lr / (1 - beta1^t) m
//   otherwise weight^2 = (r - 4) (r - 2) r_inf / ((r_inf - 4) (r_inf - 2) r)
#include <cmath>

#include "kernels/optim/elements.h"

namespace dlcore::kernels {

void radam_step(DType dtype, OptimSlices slices, const RadamOptions& o) {
  const auto [beta1, beta2] = o.betas;
  step_slices(dtype, slices, o, [&, beta1 = beta1, beta2 = beta2]<class T>(const OptimSlice& s) {
    const double left = std::pow(beta2, s.step), r_inf = 2 / (1 - beta2) - 1,
                 r = r_inf - 2 * s.step * left / (1 - left);
    double rate = o.lr / (1 - std::pow(beta1, s.step)), root = 0, offset = 1;  // divides by one
    if (r > 5) {
      rate *= std::sqrt((1 - left) * (r - 4) * (r - 2) * r_inf / ((r_inf - 4) * (r_inf - 2) * r));
      root = 1, offset = o.eps;
    }
    return [keep1 = T(beta1), take1 = T(1 - beta1), keep2 = T(beta2), take2 = T(1 - beta2), rate = T(rate),
            root = T(root), offset = T(offset)](T& w, T g, T& m, T& v) {
      m = keep1 * m + take1 * g;
      v = keep2 * v + take2 * g * g;
      w -= rate * m / (root * if_used(root != 0, std::sqrt(v)) + offset);
    };
  });
}

}  // namespace dlcore::kernels
