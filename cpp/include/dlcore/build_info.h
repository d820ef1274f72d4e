#pragma once

#include <string>

#include "dlcore/export.h"

namespace DLCORE_API dlcore {

/// What the copy of libdlcore-kernels that the loader took was built from and for.
struct BuildInfo {
  std::string version;  ///< of dlcore
  std::string march;    ///< the instruction set: x86-64-v2, x86-64-v3, x86-64-v4, native ...
  std::string simd;     ///< the SIMD extensions that Eigen uses in it
  std::string eigen;    ///< Eigen's version
};

BuildInfo build_info();

}  // namespace dlcore
