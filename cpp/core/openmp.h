#pragma once

#include <string>

namespace dlcore {

/// The file of the OpenMP runtime in effect. Several packages in one process may bring their own.
std::string openmp_runtime();

}  // namespace dlcore
