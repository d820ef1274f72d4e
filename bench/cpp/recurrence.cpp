// Recurrent layers of 64 to 128 features on 32 sequences of 50 steps, inputs' products included; and CTC.
#include "harness.h"

namespace bench {
namespace {

using dlcore::Cell;

constexpr int64_t kT = 50, kN = 32, kFeatures = 64, kH = 128;

void layer(const std::string& name, Cell cell, int64_t gates) {
  const double flops = 2.0 * kT * kN * gates * kH * (kFeatures + kH);
  add({.name = "recurrence/" + name,
       .inputs =
           [=] {
             const int64_t width = gates * kH;
             return Inputs{normal_with_grad({kT * kN, kFeatures}), normal_with_grad({width, kFeatures}),
                           normal_with_grad({width, kH}), normal_with_grad({width}), normal_with_grad({width})};
           },
       .call =
           [=](const Inputs& x) {
             const Tensor state = dlcore::zeros({kN, kH});
             const Tensor cells = cell == Cell::Lstm ? state : Tensor();
             const std::vector<int64_t> batch_sizes(kT, kN);
             return dlcore::recurrence(cell, x[0], state, cells, {x[1], x[2], x[3], x[4], {}}, batch_sizes).y;
           },
       .forward = {.flops = flops},
       .both = {.flops = 3 * flops}});
}

// Reads what the network says of 40 symbols at 100 steps, and writes its gradient.
void ctc() {
  constexpr int64_t kSteps = 100, kSymbols = 40, kLetters = 20;
  constexpr double kBytes = 4.0 * kSteps * kN * kSymbols;
  add({.name = "recurrence/ctc",
       .inputs =
           [=] {
             const Tensor log_probs = dlcore::log_softmax(normal({kSteps, kN, kSymbols}), 2);
             return Inputs{log_probs.detach().requires_grad_(),
                           dlcore::randint(1, kSymbols, {kN, kLetters}, dlcore::Generator(0))};
           },
       .call =
           [=](const Inputs& x) {
             const std::vector<int64_t> inputs(kN, kSteps), targets(kN, kLetters);
             return dlcore::ctc_loss(x[0], x[1], inputs, targets);
           },
       .forward = {.bytes = kBytes},
       .both = {.bytes = 3 * kBytes}});
}

const Registration kRecurrence([] {
  layer("lstm", Cell::Lstm, 4);
  layer("gru", Cell::Gru, 3);
  layer("rnn", Cell::Tanh, 1);
  ctc();
});

}  // namespace
}  // namespace bench
