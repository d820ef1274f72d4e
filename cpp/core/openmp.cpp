#include "core/openmp.h"

#include <dlfcn.h>
#include <omp.h>

namespace dlcore {

std::string openmp_runtime() {
  Dl_info info;
  return dladdr(reinterpret_cast<void*>(&omp_get_max_threads), &info) != 0 ? info.dli_fname : "unknown";
}

}  // namespace dlcore
