#include "kernels/exponential.h"

#include "kernels/arithmetic.h"
#include "ops/elementwise/function.h"

namespace dlcore {
namespace {

constexpr Function<> kExp = {"exp",        "exp_backward", kernels::exp,
                             kernels::mul, Of::kResult,    [](const Tensor&) -> Tensor { return 1; }};
constexpr Function<> kExpm1 = {"expm1",        "expm1_backward",
                               kernels::expm1, kernels::expm1_backward,
                               Of::kResult,    [](const Tensor&) -> Tensor { return 1; }};
constexpr Function<> kLog = {"log",        "log_backward", kernels::log,
                             kernels::div, Of::kInput,     [](const Tensor& x) { return -1 / square(x); }};
constexpr Function<> kLog1p = {"log1p",        "log1p_backward",
                               kernels::log1p, kernels::log1p_backward,
                               Of::kInput,     [](const Tensor& x) { return -1 / square(x + 1); }};
constexpr Function<> kErf = {
    "erf", "erf_backward", kernels::erf, kernels::erf_backward, Of::kInput, [](const Tensor& x) {
      return x * exp(neg(square(x))) * (-4 * 0.56418958354775628695);  // 1 / sqrt(pi)
    }};

}  // namespace

Tensor exp(const Tensor& x) { return apply(kExp, x); }
Tensor expm1(const Tensor& x) { return apply(kExpm1, x); }
Tensor log(const Tensor& x) { return apply(kLog, x); }
Tensor log1p(const Tensor& x) { return apply(kLog1p, x); }
Tensor erf(const Tensor& x) { return apply(kErf, x); }

}  // namespace dlcore
