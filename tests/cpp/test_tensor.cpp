#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "dlcore/dlcore.h"

using namespace dlcore;

namespace {

Tensor ramp(const Shape& shape) {
  Tensor x = empty(shape);
  for (int64_t i = 0; i < x.numel(); ++i) x.data<float>()[i] = static_cast<float>(i);
  return x;
}

}  // namespace

TEST_CASE("memory is aligned for the widest vectors, and what is freed comes back") {
  for (int64_t n : {1, 3, 1000, 1'000'000}) {
    CHECK(reinterpret_cast<uintptr_t>(empty({n}).data()) % 64 == 0);
  }
  empty_cache();
  const MemoryStats before = memory_stats();
  {
    const Tensor x = zeros({1000, 1000}), y = x + x;
    CHECK(memory_stats().live_bytes >= before.live_bytes + 2 * 4'000'000);
    CHECK(memory_stats().live_tensors == before.live_tensors + 2);
  }
  empty_cache();
  CHECK(memory_stats().live_bytes == before.live_bytes);
  CHECK(memory_stats().live_tensors == before.live_tensors);
  CHECK(memory_stats().cached_bytes == 0);
}

TEST_CASE("views share memory and its strides") {
  const Tensor x = ramp({2, 3});
  const Tensor t = transpose(x, 0, 1);
  CHECK(t.shape() == Shape{3, 2});
  CHECK(t.data() == x.data());
  CHECK(!t.is_contiguous());

  const Tensor sums = sum(t, Dims{0});
  CHECK(sums.shape() == Shape{2});
  CHECK(sums.data<float>()[0] == 0 + 1 + 2);
  CHECK(sums.data<float>()[1] == 3 + 4 + 5);
}

TEST_CASE("sizes zero and one") {
  CHECK(sum(zeros({0, 3})).item() == 0);
  CHECK((zeros({0, 3}) + zeros({1, 3})).shape() == Shape{0, 3});
  CHECK((ones({}) + 1).item() == 2);
}

TEST_CASE("a number gives way to the tensor's dtype, and dtypes promote") {
  CHECK((ones({2}) * 2.0).dtype() == DType::Float32);
  CHECK((ones({2}, DType::Int32) * 2.0).dtype() == DType::Float32);
  CHECK((ones({2}, DType::UInt8) + ones({2}, DType::Int64)).dtype() == DType::Int64);
  CHECK((ones({2}) + ones({2}, DType::Float64)).dtype() == DType::Float64);
}

TEST_CASE("errors say what was expected and what came") {
  const Tensor x = zeros({2, 5});
  CHECK_THROWS_WITH_AS(sum(x, Dims{3}), "sum: axis 3 is out of range for shape (2, 5)", IndexError);
  CHECK_THROWS_AS(x + zeros({3}), ValueError);
  CHECK_THROWS_AS(zeros({int64_t{1} << 45}), OutOfMemory);
  CHECK_THROWS_AS(zeros({int64_t{1} << 62, 8}), OutOfMemory);
  CHECK_THROWS_AS(set_num_threads(0), ValueError);
}

TEST_CASE("a result is the same bits for any number of threads") {
  const int before = get_num_threads();
  const Tensor x = sigmoid(ramp({1'000'003}) * 1e-6);
  std::vector<float> sums;
  for (int threads : {1, 2, 3, 8}) {
    set_num_threads(threads);
    sums.push_back(sum(sigmoid(x) * x).item<float>());
  }
  set_num_threads(before);
  for (float s : sums) CHECK(s == sums[0]);
}
