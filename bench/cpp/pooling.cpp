// Pooling, held against the bandwidth: all tensors once.
#include "harness.h"

namespace bench {
namespace {

using dlcore::Pooling;

constexpr double kSize = 4.0 * 8 * 64 * 112 * 112;

void pool(const std::string& name, double results, std::function<Tensor(const Tensor&)> f) {
  add({.name = "pool/" + name,
       .inputs =
           [] {
             return Inputs{normal_with_grad({8, 64, 112, 112})};
           },
       .call = [=](const Inputs& x) { return f(x[0]); },
       .forward = {.bytes = kSize + results},
       .both = {.bytes = 2 * (kSize + results)}});
}

const Registration kPooling([] {
  static const Pooling of_2{.kernel_size = {2}}, of_3{.kernel_size = {3}, .stride = {2}, .padding = {1}};
  pool("max_2x2", kSize / 4, [](const Tensor& x) { return dlcore::max_pool(2, x, of_2); });
  pool("max_3x3_stride_2", kSize / 4, [](const Tensor& x) { return dlcore::max_pool(2, x, of_3); });
  pool("avg_2x2", kSize / 4, [](const Tensor& x) { return dlcore::avg_pool(2, x, of_2); });
  pool("adaptive_avg_1", 0, [](const Tensor& x) {
    static constexpr std::optional<int64_t> kOne[] = {1};
    return dlcore::adaptive_avg_pool(2, x, kOne);
  });
});

}  // namespace
}  // namespace bench
