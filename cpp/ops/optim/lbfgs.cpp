#include "dlcore/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "dlcore/ops.h"
#include "ops/optim/flat_parameters.h"
#include "ops/optim/lbfgs_history.h"
#include "ops/optim/step.h"
#include "ops/optim/wolfe.h"

namespace dlcore {
namespace {

constexpr const char* kOp = "lbfgs_step";

void check(const LbfgsOptions& o) {
  const CheckOption number{kOp};
  number("lr", o.lr), number("tolerance_grad", o.tolerance_grad), number("tolerance_change", o.tolerance_change);
  for (const auto& [name, count] :
       {std::pair{"max_iter", o.max_iter}, {"max_eval", o.max_eval}, {"history_size", o.history_size}}) {
    if (count < 1) raise<ValueError>(kOp, ": ", name, " expected an integer >= 1, got ", count);
  }
}

void check(const LbfgsState& state, const FlatParameters& w) {
  const auto check_flat = [&](const char* name, const Tensor& x) {
    if (!x.defined()) raise<ValueError>(kOp, ": a state with n_iter expected ", name, " too, got none");
    if (x.shape() != Shape{w.size()} || x.dtype() != w.dtype() || !x.is_contiguous())
      raise<ValueError>(kOp, ": ", name, " expected contiguous ", w.dtype(), " of shape ", Shape{w.size()}, ", got ",
                        x.dtype(), " of shape ", x.shape());
  };
  if (state.n_iter == 0) return;
  check_flat("d", state.d), check_flat("prev_flat_grad", state.prev_flat_grad);
  const int64_t pairs = std::ssize(state.old_stps);
  if (std::ssize(state.old_dirs) != pairs)
    raise<ValueError>(kOp, ": old_dirs expected ", pairs, " tensors, as old_stps, got ", state.old_dirs.size());
  for (const Tensor& s : state.old_stps) check_flat("old_stps", s);
  for (const Tensor& y : state.old_dirs) check_flat("old_dirs", y);
  if (const Tensor& p = state.products;
      p.defined() && (p.shape() != Shape{2, pairs, pairs} || p.dtype() != DType::Float64))
    raise<ValueError>(kOp, ": products expected float64 of shape ", Shape{2, pairs, pairs}, ", got ", p.dtype(),
                      " of shape ", p.shape());
}

class Step {
 public:
  Step(std::span<const Tensor> params, LbfgsState& state, const LbfgsOptions& options, const Closure& closure)
      : w_(kOp, params), state_(state), o_(options), closure_(closure) {
    check(options);
    check(state, w_);
    if (state.n_iter > 0) fit_history(state, options.history_size);
  }

  double run() {
    LinePoint here = evaluate({});
    const double first = here.loss;
    if (!is_finite(here) || here.measured.largest <= o_.tolerance_grad) return first;
    for (int64_t left = o_.max_iter; left > 0; --left) {
      const double before = here.loss;
      if (!turn(here)) break;
      if (o_.strong_wolfe) {
        search(here);
      } else {
        walk({}, length_);
        if (left == 1) break;  // what is there, the next call will see
        here = evaluate(state_.d);
        if (!is_finite(here)) break;
      }
      if (evaluations_ >= o_.max_eval || here.measured.largest <= o_.tolerance_grad ||
          size_ * std::abs(state_.t) <= o_.tolerance_change || std::abs(here.loss - before) < o_.tolerance_change)
        break;
    }
    return first;
  }

 private:
  static bool is_finite(const LinePoint& p) { return std::isfinite(p.loss) && p.measured.finite(); }

  // The loss where the weights are, with its gradient measured beside d.
  LinePoint evaluate(const Tensor& d) {
    ++evaluations_, ++state_.func_evals;
    LinePoint p;
    p.t = state_.t;
    {
      const GradMode on(true);
      p.loss = closure_();
    }
    p.gradient = w_.gradient(d, p.measured);
    return p;
  }

  // Moves the weights to where a step of t along d ends. The state tells so before anything else happens.
  void walk(const Tensor& start, double t) {
    state_.t = t;
    w_.move(start, t, state_.d);
  }

  // Begins an iteration: the direction from here, and the step to try. False if there is no way down.
  bool turn(LinePoint& here) {
    const bool is_first = state_.n_iter == 0;
    const kernels::Measured d =
        is_first ? first_direction(state_, here.gradient) : next_direction(state_, o_.history_size, here.gradient);
    ++state_.n_iter;
    state_.prev_flat_grad = here.gradient, state_.prev_loss = here.loss;
    size_ = d.largest;
    length_ = is_first ? std::min(1.0, 1 / here.measured.sum) * o_.lr : o_.lr;
    here.t = 0, here.measured.product = d.product;
    return d.finite() && d.product <= -o_.tolerance_change;
  }

  // Finds the step by a line search, and takes it.
  void search(LinePoint& here) {
    const Tensor start = w_.weights();
    const auto point_at = [&](double t) {
      walk(start, t);
      LinePoint p = evaluate(state_.d);
      if (std::isnan(p.loss)) p.loss = std::numeric_limits<double>::infinity();  // too high, whatever it is
      return p;
    };
    here = strong_wolfe(point_at, LinePoint(here), length_, size_, o_.max_eval - evaluations_);
    if (here.t != state_.t) walk(start, here.t);
  }

  FlatParameters w_;
  LbfgsState& state_;
  const LbfgsOptions& o_;
  const Closure& closure_;
  int64_t evaluations_ = 0;
  double size_ = 0, length_ = 0;  // of the direction's largest component, and the step to try
};

}  // namespace

double lbfgs_step(std::span<const Tensor> params, LbfgsState& state, const LbfgsOptions& options,
                  const Closure& closure) {
  const NoGrad no_grad;
  return Step(params, state, options, closure).run();
}

}  // namespace dlcore
