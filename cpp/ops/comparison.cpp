#include "kernels/comparison.h"

#include "ops/binary.h"

namespace dlcore {
namespace {

using Kernel = void (*)(DType, const Loop<3>&);

Tensor compare(const char* op, const Tensor& a, const Tensor& b, Kernel kernel) {
  return binary(op, a, b, result_type(a, b), DType::Bool, kernel);
}

// a > b is b < a.
template <Kernel kernel>
void swapped(DType dtype, const Loop<3>& loop) {
  Loop<3> other = loop;
  std::swap(other.data[1], other.data[2]);
  std::swap(other.strides[1], other.strides[2]);
  kernel(dtype, other);
}

Tensor classify(const Tensor& x, void (*kernel)(DType, const Loop<2>&), bool of_integers) {
  if (is_integral(x.dtype())) return full(x.shape(), of_integers, DType::Bool);
  const Tensor y = empty(x.shape(), DType::Bool);
  kernel(x.dtype(), loop_over(y, x));
  return y;
}

}  // namespace

Tensor eq(const Tensor& a, const Tensor& b) { return compare("eq", a, b, kernels::eq); }
Tensor ne(const Tensor& a, const Tensor& b) { return compare("ne", a, b, kernels::ne); }
Tensor lt(const Tensor& a, const Tensor& b) { return compare("lt", a, b, kernels::lt); }
Tensor le(const Tensor& a, const Tensor& b) { return compare("le", a, b, kernels::le); }
Tensor gt(const Tensor& a, const Tensor& b) { return compare("gt", a, b, swapped<kernels::lt>); }
Tensor ge(const Tensor& a, const Tensor& b) { return compare("ge", a, b, swapped<kernels::le>); }

Tensor isnan(const Tensor& x) { return classify(x, kernels::isnan, false); }
Tensor isinf(const Tensor& x) { return classify(x, kernels::isinf, false); }
Tensor isfinite(const Tensor& x) { return classify(x, kernels::isfinite, true); }

Tensor isclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) {
  if (!(rtol >= 0) || !(atol >= 0))
    raise<ValueError>("isclose: expected rtol and atol >= 0, got ", rtol, " and ", atol);
  // Integers are compared as float64, in which those of a magnitude up to 2^53 are exact.
  const DType dtype = is_floating(result_type(a, b)) ? result_type(a, b) : DType::Float64;
  const kernels::Closeness closeness{rtol, atol, equal_nan};
  return binary("isclose", a, b, dtype, DType::Bool,
                [&](DType t, const Loop<3>& loop) { kernels::isclose(t, loop, closeness); });
}

bool allclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) {
  return kernels::all_true(loop_over(isclose(a, b, rtol, atol, equal_nan)));
}

bool equal(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && kernels::all_true(loop_over(eq(a, b)));
}

}  // namespace dlcore
