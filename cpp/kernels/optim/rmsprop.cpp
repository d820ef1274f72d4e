// v = alpha v + (1 - alpha) g^2;  m = m + (1 - alpha) (g - m) if centered;  b = momentum b + g / (sqrt(v - m^2) + eps)
// w = w - lr b
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/optim/elements.h"

namespace dlcore::kernels {

void rmsprop_step(DType dtype, OptimSlices slices, const RmspropOptions& o) {
  step_slices(dtype, slices, o, [&]<class T>(const OptimSlice&) {
    return [lr = T(o.lr), keep = T(o.alpha), take = T(1 - o.alpha), center = T(o.centered ? 1 - o.alpha : 0),
            eps = T(o.eps), momentum = T(o.momentum)](T& w, T g, T& v, T& b, T& m) {
      v = keep * v + take * g * g;
      m += center * (g - m);
      const T square = std::min(m * m, std::numeric_limits<T>::max());  // infinity less infinity would be no number
      b = momentum * b + g / (std::sqrt(v - square) + eps);
      w -= lr * b;
    };
  });
}

}  // namespace dlcore::kernels
