#include "dlcore/ops.h"
#include "kernels/optim.h"
#include "ops/optim/step.h"

namespace dlcore {

void sgd_step(OptimGroups<SgdOptions> groups) { step("sgd_step", groups, kernels::sgd_step); }
void adagrad_step(OptimGroups<AdagradOptions> groups) { step("adagrad_step", groups, kernels::adagrad_step); }
void rmsprop_step(OptimGroups<RmspropOptions> groups) { step("rmsprop_step", groups, kernels::rmsprop_step); }
void adadelta_step(OptimGroups<AdadeltaOptions> groups) { step("adadelta_step", groups, kernels::adadelta_step); }
void adam_step(OptimGroups<AdamOptions> groups) { step("adam_step", groups, kernels::adam_step); }
void adamax_step(OptimGroups<AdamaxOptions> groups) { step("adamax_step", groups, kernels::adamax_step); }
void radam_step(OptimGroups<RadamOptions> groups) { step("radam_step", groups, kernels::radam_step); }
void lion_step(OptimGroups<LionOptions> groups) { step("lion_step", groups, kernels::lion_step); }

}  // namespace dlcore
