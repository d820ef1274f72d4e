// m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2
// w = w - lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + eps); the largest v so far in v's place with amsgrad
#include <cmath>

#include "kernels/optim/elements.h"

namespace dlcore::kernels {

void adam_step(DType dtype, OptimSlices slices, const AdamOptions& o) {
  const auto [beta1, beta2] = o.betas;
  step_slices(dtype, slices, o, [&, beta1 = beta1, beta2 = beta2]<class T>(const OptimSlice& s) {
    return [keep1 = T(beta1), take1 = T(1 - beta1), keep2 = T(beta2), take2 = T(1 - beta2), eps = T(o.eps),
            rate = T(o.lr / (1 - std::pow(beta1, s.step))),
            root = T(1 / std::sqrt(1 - std::pow(beta2, s.step)))](T& w, T g, T& m, T& v, T& v_max) {
      m = keep1 * m + take1 * g;
      v = keep2 * v + take2 * g * g;
      v_max = std::max(v, v_max);
      w -= rate * m / (std::sqrt(v_max) * root + eps);
    };
  });
}

}  // namespace dlcore::kernels
