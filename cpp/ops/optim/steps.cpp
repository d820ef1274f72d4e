#include "dlcore/ops.h"
#include "kernels/optim.h"
#include "ops/optim/step.h"

namespace dlcore {

void sgd_step(Params params, States states, const SgdOptions& options) {
  step("sgd_step", params, states, options, kernels::sgd_step);
}
void adagrad_step(Params params, States states, const AdagradOptions& options) {
  step("adagrad_step", params, states, options, kernels::adagrad_step);
}
void rmsprop_step(Params params, States states, const RmspropOptions& options) {
  step("rmsprop_step", params, states, options, kernels::rmsprop_step);
}
void adadelta_step(Params params, States states, const AdadeltaOptions& options) {
  step("adadelta_step", params, states, options, kernels::adadelta_step);
}
void adam_step(Params params, States states, const AdamOptions& options) {
  step("adam_step", params, states, options, kernels::adam_step);
}
void adamax_step(Params params, States states, const AdamaxOptions& options) {
  step("adamax_step", params, states, options, kernels::adamax_step);
}
void radam_step(Params params, States states, const RadamOptions& options) {
  step("radam_step", params, states, options, kernels::radam_step);
}
void lion_step(Params params, States states, const LionOptions& options) {
  step("lion_step", params, states, options, kernels::lion_step);
}

}  // namespace dlcore
