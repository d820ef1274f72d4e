// Normalisation of 16 MB, and the lookup of an embedding: one pass over memory forward, one or two backward.
#include "harness.h"

namespace bench {
namespace {

void norm(const std::string& name, const Shape& shape, const Shape& weight, std::function<Tensor(const Inputs&)> call,
          bool bias = true) {
  constexpr double kSize = 4.0 * 4096 * 1024;
  add({.name = "norm/" + name,
       .inputs =
           [=] {
             Inputs inputs = {normal_with_grad(shape), normal_with_grad(weight)};
             if (bias) inputs.push_back(normal_with_grad(weight));
             return inputs;
           },
       .call = std::move(call),
       .forward = {.bytes = 2 * kSize},
       .both = {.bytes = 5 * kSize}});
}

void embedding() {
  constexpr int64_t kWords = 8192, kVocabulary = 30000, kWidth = 512;
  constexpr double kTaken = 4.0 * kWords * kWidth;
  add({.name = "embedding/8192_of_30000",
       .inputs =
           [] {
             return Inputs{dlcore::randint(0, kVocabulary, {kWords}, dlcore::Generator(0)),
                           normal_with_grad({kVocabulary, kWidth})};
           },
       .call = [](const Inputs& x) { return dlcore::embedding(x[0], x[1]); },
       .forward = {.bytes = 2 * kTaken},
       .both = {.bytes = 4 * kTaken + 4.0 * kVocabulary * kWidth}});
}

const Registration kNormalization([] {
  const Shape rows = {4096, 1024}, images = {8, 128, 64, 64};
  norm("layer_norm", rows, {1024}, [](const Inputs& x) { return dlcore::layer_norm(x[0], {1024}, x[1], x[2]); });
  norm(
      "rms_norm", rows, {1024}, [](const Inputs& x) { return dlcore::rms_norm(x[0], {1024}, x[1], 1e-5); },
      /*bias=*/false);
  norm("batch_norm", images, {128},
       [](const Inputs& x) { return dlcore::batch_norm(x[0], {}, {}, x[1], x[2], /*training=*/true); });
  norm("group_norm", images, {128}, [](const Inputs& x) { return dlcore::group_norm(x[0], 32, x[1], x[2]); });
  embedding();
});

}  // namespace
}  // namespace bench
