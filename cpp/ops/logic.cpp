#include "kernels/comparison.h"

#include "ops/binary.h"

namespace dlcore {
namespace {

using Kernel = void (*)(DType, const Loop<3>&);

// Logic is bit logic on what converts to true: all but zero.
Tensor logical(const char* op, const Tensor& a, const Tensor& b, Kernel kernel) {
  return binary(op, a, b, DType::Bool, kernel);
}

void expect_bits(const char* op, DType dtype) {
  if (is_floating(dtype)) raise<TypeError>(op, ": expected bool or integers, got dtype ", dtype);
}

Tensor bitwise(const char* op, const Tensor& a, const Tensor& b, Kernel kernel) {
  const DType dtype = result_type(a, b);
  expect_bits(op, dtype);
  return binary(op, a, b, dtype, kernel);
}

Tensor inverted(const Tensor& x, DType dtype) {
  const Tensor y = empty(x.shape(), dtype);
  kernels::bitwise_not(dtype, loop_over(y, as_dtype(x, dtype)));
  return y;
}

}  // namespace

Tensor logical_and(const Tensor& a, const Tensor& b) { return logical("logical_and", a, b, kernels::bitwise_and); }
Tensor logical_or(const Tensor& a, const Tensor& b) { return logical("logical_or", a, b, kernels::bitwise_or); }
Tensor logical_xor(const Tensor& a, const Tensor& b) { return logical("logical_xor", a, b, kernels::bitwise_xor); }
Tensor logical_not(const Tensor& x) { return inverted(x, DType::Bool); }

Tensor bitwise_and(const Tensor& a, const Tensor& b) { return bitwise("bitwise_and", a, b, kernels::bitwise_and); }
Tensor bitwise_or(const Tensor& a, const Tensor& b) { return bitwise("bitwise_or", a, b, kernels::bitwise_or); }
Tensor bitwise_xor(const Tensor& a, const Tensor& b) { return bitwise("bitwise_xor", a, b, kernels::bitwise_xor); }
Tensor bitwise_not(const Tensor& x) {
  expect_bits("bitwise_not", x.dtype());
  return inverted(x, x.dtype());
}

}  // namespace dlcore
