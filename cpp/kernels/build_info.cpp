// Here and not in core, because only this folder is compiled for each instruction set.
#include "dlcore/build_info.h"

#include <Eigen/Core>

namespace dlcore {
namespace {

// Eigen's own SimdInstructionSetsInUse() names AVX alone where it uses AVX2 and FMA.
constexpr const char* kSimd =
#if defined EIGEN_VECTORIZE_AVX512
    "AVX512 AVX2 FMA";
#elif defined EIGEN_VECTORIZE_AVX2 && defined EIGEN_VECTORIZE_FMA
    "AVX2 FMA";
#elif defined EIGEN_VECTORIZE_AVX
    "AVX";
#elif defined EIGEN_VECTORIZE_SSE4_2
    "SSE4.2";
#elif defined EIGEN_VECTORIZE_SSE
    "SSE2";
#elif defined EIGEN_VECTORIZE_NEON
    "NEON";
#else
    "none";
#endif

}  // namespace

BuildInfo build_info() { return {DLCORE_VERSION, DLCORE_MARCH, kSimd, EIGEN_VERSION_STRING}; }

}  // namespace dlcore
