// v = rho v + (1 - rho) g^2;  d = sqrt(u + eps) / sqrt(v + eps) g;  u = rho u + (1 - rho) d^2;  w = w - lr d
#include <cmath>

#include "kernels/optim/elements.h"

namespace dlcore::kernels {

void adadelta_step(DType dtype, OptimSlices slices, const AdadeltaOptions& o) {
  step_slices(dtype, slices, o, [&]<class T>(const OptimSlice&) {
    return [lr = T(o.lr), keep = T(o.rho), take = T(1 - o.rho), eps = T(o.eps)](T& w, T g, T& v, T& u) {
      v = keep * v + take * g * g;
      const T d = std::sqrt(u + eps) / std::sqrt(v + eps) * g;
      u = keep * u + take * d * d;
      w -= lr * d;
    };
  });
}

}  // namespace dlcore::kernels
