// Functions and reductions of 16 MB: one pass over memory forward, and one backward.
#include "harness.h"

namespace bench {
namespace {

constexpr int64_t kRows = 4096, kColumns = 1024;
constexpr double kSize = 4.0 * kRows * kColumns;

using Function = Tensor (*)(const Tensor&);

// `forward`, `both`: how often the 16 MB are read or written.
void function(const std::string& name, Function f, double forward = 2, double both = 5) {
  add({.name = name,
       .inputs =
           [] {
             return Inputs{normal_with_grad({kRows, kColumns})};
           },
       .call = [=](const Inputs& x) { return f(x[0]); },
       .forward = {.bytes = forward * kSize},
       .both = {.bytes = both * kSize}});
}

void add_elementwise() {
  function("elementwise/exp", &dlcore::exp);
  function("elementwise/tanh", &dlcore::tanh);
  function("elementwise/gelu", [](const Tensor& x) { return dlcore::gelu(x); });
  function("elementwise/gelu_tanh", [](const Tensor& x) { return dlcore::gelu(x, "tanh"); });
  function("elementwise/sigmoid", &dlcore::sigmoid);
  function("elementwise/relu", &dlcore::relu);
  function("elementwise/dropout", [](const Tensor& x) { return dlcore::dropout(x, 0.5); });
  add({.name = "elementwise/mul",
       .inputs =
           [] {
             return Inputs{normal_with_grad({kRows, kColumns}), normal_with_grad({kRows, kColumns})};
           },
       .call = [](const Inputs& x) { return dlcore::mul(x[0], x[1]); },
       .forward = {.bytes = 3 * kSize},
       .both = {.bytes = 8 * kSize}});
}

void add_reductions() {
  function("reduction/softmax", [](const Tensor& x) { return dlcore::softmax(x, -1); });
  function("reduction/log_softmax", [](const Tensor& x) { return dlcore::log_softmax(x, -1); });
  function("reduction/softmax_columns", [](const Tensor& x) { return dlcore::softmax(x, 0); });
  add({.name = "reduction/cross_entropy",
       .inputs =
           [] {
             return Inputs{normal_with_grad({kRows, kColumns}),
                           dlcore::randint(0, kColumns, {kRows}, dlcore::Generator(0))};
           },
       .call = [](const Inputs& x) { return dlcore::cross_entropy(x[0], x[1]); },
       .forward = {.bytes = kSize},
       .both = {.bytes = 3 * kSize}});
  function(
      "reduction/sum", [](const Tensor& x) { return dlcore::sum(x); }, 1, 2);
  function(
      "reduction/sum_rows", [](const Tensor& x) { return dlcore::sum(x, dlcore::Dims{1}); }, 1, 2);
  function(
      "reduction/sum_columns", [](const Tensor& x) { return dlcore::sum(x, dlcore::Dims{0}); }, 1, 2);
}

using Loss = Tensor (*)(const Tensor& input, const Tensor& target);

// Of probabilities, which every loss takes.
void loss(const std::string& name, Loss f) {
  add({.name = "loss/" + name,
       .inputs =
           [] {
             return Inputs{dlcore::sigmoid(normal({kRows, kColumns})).requires_grad_(),
                           dlcore::sigmoid(normal({kRows, kColumns}))};
           },
       .call = [=](const Inputs& x) { return f(x[0], x[1]); },
       .forward = {.bytes = 2 * kSize},
       .both = {.bytes = 5 * kSize}});
}

void add_losses() {
  loss("mse", [](const Tensor& x, const Tensor& t) { return dlcore::mse_loss(x, t); });
  loss("l1", [](const Tensor& x, const Tensor& t) { return dlcore::l1_loss(x, t); });
  loss("huber", [](const Tensor& x, const Tensor& t) { return dlcore::huber_loss(x, t); });
  loss("binary_cross_entropy", [](const Tensor& x, const Tensor& t) { return dlcore::binary_cross_entropy(x, t); });
  loss("binary_cross_entropy_with_logits",
       [](const Tensor& x, const Tensor& t) { return dlcore::binary_cross_entropy_with_logits(x, t); });
  loss("kl_div", [](const Tensor& x, const Tensor& t) { return dlcore::kl_div(x, t); });
}

const Registration kElementwise([] {
  add_elementwise();
  add_reductions();
  add_losses();
});

}  // namespace
}  // namespace bench
