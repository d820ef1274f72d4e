// v = momentum v + (1 - dampening) g, at first v = g;  w = w - lr v, or w - lr (g + momentum v) with Nesterov's
// momentum
#include "kernels/optim/elements.h"

namespace dlcore::kernels {

void sgd_step(DType dtype, OptimSlices slices, const SgdOptions& o) {
  step_slices(dtype, slices, o, [&]<class T>(const OptimSlice& s) {
    const bool whole = s.first || o.momentum == 0;  // without momentum, v is g
    return [lr = T(o.lr), keep = T(o.momentum), take = T(whole ? 1 : 1 - o.dampening), direct = T(o.nesterov ? 1 : 0),
            along = T(o.nesterov ? o.momentum : 1)](T& w, T g, T& v) {  // a choice between two would be a branch
      v = keep * v + take * g;
      w -= lr * (direct * if_used(direct != 0, g) + along * v);
    };
  });
}

}  // namespace dlcore::kernels
