// m = beta1 m + (1 - beta1) g;  u = max(beta2 u, |g| + eps);  w = w - lr / (1 - beta1^t) m / u
#include <cmath>

#include "kernels/optim/elements.h"

namespace dlcore::kernels {

void adamax_step(DType dtype, OptimSlices slices, const AdamaxOptions& o) {
  const auto [beta1, beta2] = o.betas;
  step_slices(dtype, slices, o, [&, beta1 = beta1, beta2 = beta2]<class T>(const OptimSlice& s) {
    return [keep1 = T(beta1), take1 = T(1 - beta1), keep2 = T(beta2), eps = T(o.eps),
            rate = T(o.lr / (1 - std::pow(beta1, s.step)))](T& w, T g, T& m, T& u) {
      m = keep1 * m + take1 * g;
      u = std::max(std::abs(g) + eps, keep2 * u);
      w -= rate * m / u;
    };
  });
}

}  // namespace dlcore::kernels
