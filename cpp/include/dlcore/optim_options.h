#pragma once

#include <array>
#include <cstddef>

#include "dlcore/export.h"

// NOTE [Optimizers]
// A step is one pass over all parameters of a group that have a gradient, as in optim_groups.h. What one optimizer
// differs in from another is
//   - its options, here, by PyTorch's names. `visit` shows them one by one to whoever reads or checks them: numbers are
//     finite and not negative, and no larger than a limit that stands beside them; betas are below one;
//   - what it remembers of a parameter: buffers of the parameter's shape, named in kState, of which `keeps` tells those
//     that the options need; with kCounts, also how many steps the parameter took ("step");
//   - its formula, for one element: kernels/optim/NAME.cpp;
//   - a line each in ops.h, ops/optim/steps.cpp and bindings/optim.cpp.
// L-BFGS, which calls the loss and remembers vectors of all parameters, is apart: lbfgs.h.
namespace DLCORE_API dlcore {

using Betas = std::array<double, 2>;

struct SgdOptions {
  double lr = 1e-3;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;
  bool nesterov = false;
  bool maximize = false;

  static constexpr bool kCounts = false;
  static constexpr std::array kState = {"momentum_buffer"};
  constexpr bool keeps(size_t) const { return momentum != 0; }

  template <class O, class F>
  static void visit(O& o, F f) {
    f("lr", o.lr), f("momentum", o.momentum), f("dampening", o.dampening), f("weight_decay", o.weight_decay);
    f("nesterov", o.nesterov), f("maximize", o.maximize);
  }
};

struct AdagradOptions {
  double lr = 1e-2;
  double lr_decay = 0;
  double weight_decay = 0;
  double initial_accumulator_value = 0;
  double eps = 1e-10;
  bool maximize = false;

  static constexpr bool kCounts = true;
  static constexpr std::array kState = {"sum"};
  constexpr bool keeps(size_t) const { return true; }

  template <class O, class F>
  static void visit(O& o, F f) {
    f("lr", o.lr), f("lr_decay", o.lr_decay), f("weight_decay", o.weight_decay), f("eps", o.eps);
    f("initial_accumulator_value", o.initial_accumulator_value), f("maximize", o.maximize);
  }
};

struct RmspropOptions {
  double lr = 1e-2;
  double alpha = 0.99;
  double eps = 1e-8;
  double weight_decay = 0;
  double momentum = 0;
  bool centered = false;
  bool maximize = false;

  static constexpr bool kCounts = true;
  static constexpr std::array kState = {"square_avg", "momentum_buffer", "grad_avg"};
  constexpr bool keeps(size_t i) const { return i == 0 || (i == 1 ? momentum > 0 : centered); }

  template <class O, class F>
  static void visit(O& o, F f) {
    f("lr", o.lr), f("alpha", o.alpha, 1.0), f("eps", o.eps), f("weight_decay", o.weight_decay);
    f("momentum", o.momentum), f("centered", o.centered), f("maximize", o.maximize);
  }
};

struct AdadeltaOptions {
  double lr = 1;
  double rho = 0.9;
  double eps = 1e-6;
  double weight_decay = 0;
  bool maximize = false;

  static constexpr bool kCounts = true;
  static constexpr std::array kState = {"square_avg", "acc_delta"};
  constexpr bool keeps(size_t) const { return true; }

  template <class O, class F>
  static void visit(O& o, F f) {
    f("lr", o.lr), f("rho", o.rho, 1.0), f("eps", o.eps), f("weight_decay", o.weight_decay);
    f("maximize", o.maximize);
  }
};

struct AdamOptions {
  double lr = 1e-3;
  Betas betas = {0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 0;
  bool amsgrad = false;
  bool maximize = false;
  bool decoupled_weight_decay = false;  // AdamW

  static constexpr bool kCounts = true;
  static constexpr std::array kState = {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"};
  constexpr bool keeps(size_t i) const { return i < 2 || amsgrad; }

  template <class O, class F>
  static void visit(O& o, F f) {
    f("lr", o.lr), f("betas", o.betas), f("eps", o.eps), f("weight_decay", o.weight_decay);
    f("amsgrad", o.amsgrad), f("maximize", o.maximize), f("decoupled_weight_decay", o.decoupled_weight_decay);
  }
};

struct AdamaxOptions {
  double lr = 2e-3;
  Betas betas = {0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 0;
  bool maximize = false;

  static constexpr bool kCounts = true;
  static constexpr std::array kState = {"exp_avg", "exp_inf"};
  constexpr bool keeps(size_t) const { return true; }

  template <class O, class F>
  static void visit(O& o, F f) {
    f("lr", o.lr), f("betas", o.betas), f("eps", o.eps), f("weight_decay", o.weight_decay);
    f("maximize", o.maximize);
  }
};

struct RadamOptions {
  double lr = 1e-3;
  Betas betas = {0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 0;
  bool decoupled_weight_decay = false;
  bool maximize = false;

  static constexpr bool kCounts = true;
  static constexpr std::array kState = {"exp_avg", "exp_avg_sq"};
  constexpr bool keeps(size_t) const { return true; }

  template <class O, class F>
  static void visit(O& o, F f) {
    f("lr", o.lr), f("betas", o.betas), f("eps", o.eps), f("weight_decay", o.weight_decay);
    f("decoupled_weight_decay", o.decoupled_weight_decay), f("maximize", o.maximize);
  }
};

struct LionOptions {
  double lr = 1e-4;
  Betas betas = {0.9, 0.99};
  double weight_decay = 0;
  bool maximize = false;

  static constexpr bool decoupled_weight_decay = true;
  static constexpr bool kCounts = false;
  static constexpr std::array kState = {"exp_avg"};
  constexpr bool keeps(size_t) const { return true; }

  template <class O, class F>
  static void visit(O& o, F f) {
    f("lr", o.lr), f("betas", o.betas), f("weight_decay", o.weight_decay), f("maximize", o.maximize);
  }
};

}  // namespace dlcore
