#include "kernels/trigonometric.h"

#include "ops/elementwise/function.h"

namespace dlcore {
namespace {

constexpr Function<> kSin = {"sin",        "sin_backward",
                             kernels::sin, kernels::sin_backward,
                             Of::kInput,   [](const Tensor& x) { return neg(sin(x)); }};
constexpr Function<> kCos = {"cos",        "cos_backward",
                             kernels::cos, kernels::cos_backward,
                             Of::kInput,   [](const Tensor& x) { return neg(cos(x)); }};

}  // namespace

Tensor sin(const Tensor& x) { return apply(kSin, x); }
Tensor cos(const Tensor& x) { return apply(kCos, x); }

}  // namespace dlcore
