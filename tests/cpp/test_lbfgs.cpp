// L-BFGS as a C++ program steps by it.
#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "dlcore/dlcore.h"

using namespace dlcore;

namespace {

// Rosenbrock's valley in two halves, and what its loss is.
struct Valley {
  std::vector<Tensor> w = {full({1}, -1.2, DType::Float64).requires_grad_(),
                           full({}, 1, DType::Float64).requires_grad_()};

  double loss() const {
    for (Tensor x : w) x.set_grad({});
    const Tensor value = sum(square(1 - w[0]) + 100 * square(w[1] - square(w[0])));
    value.backward();
    return value.item();
  }
};

}  // namespace

TEST_CASE("L-BFGS goes down a valley") {
  const Valley valley;
  LbfgsState state;
  const double first =
      lbfgs_step(valley.w, state, {.max_iter = 60, .max_eval = 100, .tolerance_change = 0, .strong_wolfe = true},
                 [&] { return valley.loss(); });
  CHECK(first == doctest::Approx(24.2));
  CHECK(valley.w[0].item() == doctest::Approx(1).epsilon(1e-6));
  CHECK(valley.w[1].item() == doctest::Approx(1).epsilon(1e-6));
  CHECK(state.n_iter <= 60);
  CHECK(state.func_evals <= 101);
  CHECK(state.old_stps.size() == state.old_dirs.size());
}

TEST_CASE("a step of L-BFGS is flat, whatever the parameters' number and sizes") {
  constexpr int64_t kSize = 4099;
  const Generator generator(3);
  const Tensor target = randn({kSize}, generator), scale = rand({kSize}, generator) + 0.5;
  const auto end_of = [&](std::vector<int64_t> sizes) {
    std::vector<Tensor> w;
    for (const int64_t n : sizes) w.push_back(zeros({n}).requires_grad_());
    LbfgsState state;
    lbfgs_step(w, state, {.lr = 0.5, .max_iter = 12, .history_size = 3}, [&] {
      int64_t at = 0;
      double loss = 0;
      for (Tensor& x : w) {
        const int64_t end = at + x.numel();
        const NoGrad no_grad;
        const Tensor off = x - slice(target, 0, at, end);
        x.set_grad(off * slice(scale, 0, at, end));
        loss += sum(off * x.grad()).item() / 2;
        at = end;
      }
      return loss;
    });
    const NoGrad no_grad;
    return cat(w, 0);
  };
  const Tensor one = end_of({kSize});
  CHECK(bool(all(eq(one, end_of({1, 0, 2047, 2048, 3}))).item()));
  CHECK(bool(all(eq(one, end_of({4000, 99}))).item()));
  CHECK(amax(abs(one - target)).item() < 0.1);
}

TEST_CASE("errors of a closure pass, and options are checked") {
  const Valley valley;
  LbfgsState state;
  CHECK_THROWS_AS(lbfgs_step(valley.w, state, {}, []() -> double { throw std::runtime_error("stop"); }),
                  std::runtime_error);
  CHECK_THROWS_WITH_AS(lbfgs_step(valley.w, state, {.max_iter = 0}, [&] { return valley.loss(); }),
                       "lbfgs_step: max_iter expected an integer >= 1, got 0", ValueError);
  CHECK_THROWS_WITH_AS(lbfgs_step(valley.w, state, {.lr = NAN}, [&] { return valley.loss(); }),
                       "lbfgs_step: lr expected a finite number >= 0, got nan", ValueError);
  const std::vector<Tensor> mixed = {zeros({2}), zeros({2}, DType::Float64)};
  CHECK_THROWS_WITH_AS(lbfgs_step(mixed, state, {}, [] { return 0.0; }),
                       "lbfgs_step: params expected one floating dtype, got float32 and float64", TypeError);
}
