// v = v + g^2;  w = w - lr / (1 + (t - 1) lr_decay) g / (sqrt(v) + eps)
#include <cmath>

#include "kernels/optim/elements.h"

namespace dlcore::kernels {

void adagrad_step(DType dtype, OptimSlices slices, const AdagradOptions& o) {
  step_slices(dtype, slices, o, [&]<class T>(const OptimSlice& s) {
    return [rate = T(o.lr / (1 + (s.step - 1) * o.lr_decay)), eps = T(o.eps)](T& w, T g, T& v) {
      v += g * g;
      w -= rate * g / (std::sqrt(v) + eps);
    };
  });
}

}  // namespace dlcore::kernels
