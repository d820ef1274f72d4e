#include <limits>

#include "ops/random/fill.h"

namespace dlcore {
namespace {

// The largest integer up to which all are numbers of the dtype.
int64_t largest_integer(DType dtype) {
  return visit(dtype, []<class T>() {
    if constexpr (std::is_floating_point_v<T>) {
      return int64_t{1} << std::numeric_limits<T>::digits;
    } else {
      return static_cast<int64_t>(std::numeric_limits<T>::max());
    }
  });
}

int64_t smallest_integer(DType dtype) {
  if (is_floating(dtype)) return -largest_integer(dtype);
  return visit(dtype, []<class T>() { return static_cast<int64_t>(std::numeric_limits<T>::min()); });
}

uint64_t check_range(const char* op, int64_t low, int64_t high, DType dtype) {
  if (low >= high) raise<ValueError>(op, ": expected low < high, got ", low, " and ", high);
  if (low < smallest_integer(dtype) || high - 1 > largest_integer(dtype))
    raise<ValueError>(op, ": not all integers from ", low, " to ", high - 1, " are numbers of dtype ", dtype);
  return static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
}

}  // namespace

Tensor randint(int64_t low, int64_t high, const Shape& shape, const Generator& generator, DType dtype) {
  check_sizes("randint", shape);
  const uint64_t range = check_range("randint", low, high, dtype);
  const Tensor y = empty(shape, dtype);
  const auto stream = take(generator, y.numel(), kernels::words_of_integer(range));
  kernels::integers(dtype, stream, y.data(), y.numel(), low, range);
  return y;
}

const Tensor& random_(const Tensor& x, int64_t low, std::optional<int64_t> high, const Generator& generator) {
  const int64_t largest = largest_integer(x.dtype());
  const bool all_of_int64 = !high && x.dtype() == DType::Int64;  // their end is no int64
  const uint64_t range = all_of_int64 ? static_cast<uint64_t>(largest) - static_cast<uint64_t>(low) + 1
                                      : check_range("random_", low, high ? *high : largest + 1, x.dtype());
  if (range == 0) raise<ValueError>("random_: a range of 2^64 integers is one too many");
  return overwrite_with_random(
      "random_", x, generator, kernels::words_of_integer(range),
      [&](const kernels::Stream& stream, void* y) { kernels::integers(x.dtype(), stream, y, x.numel(), low, range); });
}

Tensor randperm(int64_t n, const Generator& generator, DType dtype) {
  if (n < 0) raise<ValueError>("randperm: expected a number >= 0, got ", n);
  if (n > 0) check_range("randperm", 0, n, dtype);
  const Tensor y = empty({n}, DType::Int64);
  kernels::permutation(take(generator, n, 2), y.data<int64_t>(), n);
  return to(y, dtype);
}

}  // namespace dlcore
