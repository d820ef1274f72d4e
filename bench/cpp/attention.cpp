// Attention on (N, heads, T, 64): two products forward, five backward, of which one is the scores once more.
#include <algorithm>

#include "harness.h"

namespace bench {
namespace {

using dlcore::AttentionOptions;

constexpr int64_t kD = 64;

// Scores that are not ruled out: all, those up to the query, or those in a window.
double scores(int64_t t, const AttentionOptions& options) {
  double sum = 0;
  for (int64_t i = 0; i < t; ++i) {
    const int64_t begin = options.left ? std::max<int64_t>(0, i - *options.left) : 0;
    int64_t end = options.right ? std::min(t, i + *options.right + 1) : t;
    if (options.is_causal) end = i + 1;
    sum += static_cast<double>(end - begin);
  }
  return sum;
}

void attention(const std::string& name, int64_t n, int64_t heads, int64_t t, const AttentionOptions& options) {
  const double flops = 4.0 * n * heads * kD * scores(t, options);
  add({.name = "attention/" + name,
       .inputs =
           [=] {
             const Shape shape = {n, heads, t, kD};
             return Inputs{normal_with_grad(shape), normal_with_grad(shape), normal_with_grad(shape)};
           },
       .call = [=](const Inputs& x) { return dlcore::scaled_dot_product_attention(x[0], x[1], x[2], options); },
       .forward = {.flops = flops},
       .both = {.flops = 3.5 * flops}});
}

// As in decoding: keys and values are read, and backward read again and their gradients written.
void one_query(int64_t n, int64_t heads, int64_t t) {
  const double bytes = 2.0 * n * heads * t * kD * sizeof(float);
  add({.name = "attention/one_query/" + std::to_string(t),
       .inputs =
           [=] {
             const Shape keys = {n, heads, t, kD};
             return Inputs{normal_with_grad({n, heads, 1, kD}), normal_with_grad(keys), normal_with_grad(keys)};
           },
       .call = [](const Inputs& x) { return dlcore::scaled_dot_product_attention(x[0], x[1], x[2]); },
       .forward = {.bytes = bytes},
       .both = {.bytes = 3 * bytes}});
}

const Registration kAttention([] {
  struct Size {
    int64_t n, heads, t;
  };
  for (const bool causal : {false, true}) {
    for (const Size& of : {Size{8, 8, 128}, {2, 8, 512}, {1, 8, 1024}, {1, 8, 2048}, {1, 4, 4096}, {1, 2, 8192}}) {
      AttentionOptions options;
      options.is_causal = causal;
      attention((causal ? "causal/" : "full/") + std::to_string(of.t), of.n, of.heads, of.t, options);
    }
  }
  AttentionOptions window;
  window.left = window.right = 128;
  attention("window/128_of_4096", 1, 4, 4096, window);
  one_query(4, 8, 64);
  one_query(4, 8, 512);
});

}  // namespace
}  // namespace bench
