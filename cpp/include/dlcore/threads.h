#pragma once

#include "dlcore/export.h"

namespace DLCORE_API dlcore {

// How many threads a large operation takes. The default is DLCORE_NUM_THREADS, else OMP_NUM_THREADS, else what
// affinity and the container's quota allow. Results never depend on it.
int get_num_threads();
void set_num_threads(int n);

}  // namespace dlcore
