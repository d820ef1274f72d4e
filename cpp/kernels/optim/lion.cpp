// w = w - lr sign(beta1 m + (1 - beta1) g);  m = beta2 m + (1 - beta2) g
#include "kernels/optim/elements.h"

namespace dlcore::kernels {

void lion_step(DType dtype, OptimSlices slices, const LionOptions& o) {
  const auto [beta1, beta2] = o.betas;
  step_slices(dtype, slices, o, [&, beta1 = beta1, beta2 = beta2]<class T>(const OptimSlice&) {
    return [lr = T(o.lr), keep1 = T(beta1), take1 = T(1 - beta1), keep2 = T(beta2), take2 = T(1 - beta2)](T& w, T g,
                                                                                                          T& m) {
      const T c = keep1 * m + take1 * g;
      w -= c > 0 ? lr : c < 0 ? -lr : c * 0;  // NaN stays NaN
      m = keep2 * m + take2 * g;
    };
  });
}

}  // namespace dlcore::kernels
