// Matrix products; each gradient costs as much as the forward.
#include "harness.h"

namespace bench {
namespace {

Amount product(double flops) { return {.flops = flops}; }

std::string suffix(DType dtype) { return dtype == DType::Float64 ? "/float64" : ""; }

void matmul(const std::string& name, const Shape& a, const Shape& b, double flops, DType dtype = DType::Float32) {
  add({.name = "matmul/" + name + suffix(dtype),
       .inputs =
           [=] {
             return Inputs{normal_with_grad(a, dtype), normal_with_grad(b, dtype)};
           },
       .call = [](const Inputs& x) { return dlcore::matmul(x[0], x[1]); },
       .forward = product(flops),
       .both = product(3 * flops),
       .dtype = dtype});
}

void transposed(const std::string& name, bool first) {
  constexpr int64_t n = 1024;
  constexpr double flops = 2.0 * n * n * n;
  add({.name = "matmul/transposed/" + name,
       .inputs =
           [=] {
             return Inputs{normal_with_grad({n, n}), normal_with_grad({n, n})};
           },
       .call =
           [=](const Inputs& x) {
             return first ? dlcore::matmul(dlcore::transpose(x[0], 0, 1), x[1])
                          : dlcore::matmul(x[0], dlcore::transpose(x[1], 0, 1));
           },
       .forward = product(flops),
       .both = product(3 * flops)});
}

void linear(const std::string& name, int64_t rows, int64_t in, int64_t out, Tensor (*then)(const Tensor&) = nullptr) {
  const double flops = 2.0 * rows * in * out;
  add({.name = "linear/" + name,
       .inputs =
           [=] {
             return Inputs{normal_with_grad({rows, in}), normal_with_grad({out, in}), normal_with_grad({out})};
           },
       .call =
           [=](const Inputs& x) {
             const Tensor y = dlcore::linear(x[0], x[1], x[2]);
             return then ? then(y) : y;
           },
       .forward = product(flops),
       .both = product(3 * flops)});
}

const Registration kProducts([] {
  for (const DType dtype : {DType::Float32, DType::Float64}) {
    for (const int64_t n : {64, 128, 256, 512, 1024, 2048}) {
      matmul("square/" + std::to_string(n), {n, n}, {n, n}, 2.0 * n * n * n, dtype);
    }
    matmul("skinny/2048x2048x8", {2048, 2048}, {2048, 8}, 2.0 * 2048 * 2048 * 8, dtype);
    matmul("skinny/16x2048x2048", {16, 2048}, {2048, 2048}, 2.0 * 16 * 2048 * 2048, dtype);
    matmul("tall/65536x64x64", {65536, 64}, {64, 64}, 2.0 * 65536 * 64 * 64, dtype);
    matmul("deep/64x65536x64", {64, 65536}, {65536, 64}, 2.0 * 65536 * 64 * 64, dtype);
    matmul("odd/517x331x773", {517, 331}, {331, 773}, 2.0 * 517 * 331 * 773, dtype);
    matmul("batched/64x128x128x128", {64, 128, 128}, {64, 128, 128}, 2.0 * 64 * 128 * 128 * 128, dtype);
    matmul("batched/96x128x64x128", {8, 12, 128, 64}, {8, 12, 64, 128}, 2.0 * 96 * 128 * 64 * 128, dtype);
    matmul("batched/1024x16x16x16", {1024, 16, 16}, {1024, 16, 16}, 2.0 * 1024 * 16 * 16 * 16, dtype);
    matmul("broadcast/32x128x256x256", {32, 128, 256}, {256, 256}, 2.0 * 32 * 128 * 256 * 256, dtype);
  }
  transposed("a_1024", true);
  transposed("b_1024", false);
  linear("256x1024x4096", 256, 1024, 4096);
  linear("32x784x256_relu", 32, 784, 256, &dlcore::relu);
  linear("256x1024x4096_relu", 256, 1024, 4096, &dlcore::relu);
  linear("256x1024x4096_gelu", 256, 1024, 4096, [](const Tensor& y) { return dlcore::gelu(y); });
});

}  // namespace
}  // namespace bench
