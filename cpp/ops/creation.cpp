#include <cmath>
#include <limits>

#include "kernels/copy.h"
#include "kernels/sequence.h"
#include "ops/result.h"

namespace dlcore {
namespace {

// A number's dtype as it counts in a result: a plain floating number is of the default dtype.
DType dtype_of(const Tensor& value) {
  return value.is_weak() && is_floating(value.dtype()) ? kDefaultDType : value.dtype();
}

Tensor filled(const Shape& shape, const Tensor& value, DType dtype) {
  const Tensor y = empty(shape, dtype);
  const NoGrad off;
  const Tensor one = to(value, dtype);
  kernels::fill(dtype, loop_over(y), one.data());
  return y;
}

void check_range(bool finite, bool still, bool backwards) {
  if (!finite) raise<ValueError>("arange: expected finite numbers");
  if (still) raise<ValueError>("arange: step must not be 0");
  if (backwards) raise<ValueError>("arange: the sign of step leads away from end");
}

}  // namespace

Tensor full(const Shape& shape, const Tensor& value, std::optional<DType> dtype) {
  check_sizes("full", shape);
  if (value.numel() != 1) raise<ValueError>("full: expected one value, got shape ", value.shape());
  return filled(shape, value, dtype.value_or(dtype_of(value)));
}

Tensor zeros(const Shape& shape, DType dtype) {
  check_sizes("zeros", shape);
  return filled(shape, 0, dtype);
}

Tensor ones(const Shape& shape, DType dtype) {
  check_sizes("ones", shape);
  return filled(shape, 1, dtype);
}

Tensor arange(const Tensor& start, const Tensor& end, const Tensor& step, std::optional<DType> dtype) {
  if (is_integral(start.dtype()) && is_integral(end.dtype()) && is_integral(step.dtype())) {
    const auto a = start.item<int64_t>(), b = end.item<int64_t>(), s = step.item<int64_t>();
    check_range(true, s == 0, s > 0 ? b < a : a < b);
    // Unsigned, as the distance of two int64 may be twice as far as an int64 reaches.
    const auto distance = s > 0 ? static_cast<uint64_t>(b) - static_cast<uint64_t>(a)
                                : static_cast<uint64_t>(a) - static_cast<uint64_t>(b);
    const auto stride = s > 0 ? static_cast<uint64_t>(s) : uint64_t{0} - static_cast<uint64_t>(s);
    const uint64_t n = distance / stride + (distance % stride != 0);
    if (n > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
      raise<OutOfMemory>("arange: the range from ", a, " to ", b, " has more elements than can be addressed");
    const Tensor y = empty({static_cast<int64_t>(n)}, dtype.value_or(DType::Int64));
    kernels::arange(y.dtype(), y.data(), y.numel(), a, s);
    return y;
  }
  const auto a = start.item<double>(), b = end.item<double>(), s = step.item<double>();
  check_range(std::isfinite(a) && std::isfinite(b) && std::isfinite(s), s == 0, s > 0 ? b < a : a < b);
  const double n = std::ceil((b - a) / s);
  if (!(n < 0x1p60))
    raise<OutOfMemory>("arange: the range from ", a, " to ", b, " has more elements than can be addressed");
  const DType common = promote_types(dtype_of(start), promote_types(dtype_of(end), dtype_of(step)));
  const Tensor y = empty({static_cast<int64_t>(n)}, dtype.value_or(common));
  kernels::arange(y.dtype(), y.data(), y.numel(), a, s);
  return y;
}

Tensor linspace(double start, double end, int64_t steps, DType dtype) {
  if (steps < 0) raise<ValueError>("linspace: steps must not be negative, got ", steps);
  const Tensor y = empty({steps}, dtype);
  kernels::linspace(dtype, y.data(), steps, start, end);
  return y;
}

Tensor eye(int64_t rows, int64_t cols, DType dtype) {
  check_sizes("eye", {rows, cols});
  const Tensor y = filled({rows, cols}, 0, dtype);
  const NoGrad off;
  const Tensor one = to(1, dtype);
  kernels::fill(dtype, loop_over(view_of(y, {std::min(rows, cols)}, {cols + 1})), one.data());
  return y;
}

}  // namespace dlcore
