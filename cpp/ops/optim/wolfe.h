#pragma once

#include <functional>

#include "dlcore/tensor.h"
#include "kernels/optim/lbfgs.h"

namespace dlcore {

// A point on the line along a direction: how far along, the loss there and its gradient, measured beside the direction.
struct LinePoint {
  double t = 0, loss = 0;
  Tensor gradient;
  kernels::Measured measured;

  double slope() const { return measured.product; }
};

// Finds a step that lowers the loss enough and leaves little slope, or the best it has tried: Nocedal and Wright,
// Numerical Optimization (2006), algorithms 3.5 and 3.6, with the safeguards of minFunc.
//   evaluate: gives the point at a step;
//   start: the point at step 0, with a negative slope;
//   t: the first step to try;
//   size: the largest component of the direction;
//   further: how many evaluations there may be after the first one.
LinePoint strong_wolfe(const std::function<LinePoint(double t)>& evaluate, const LinePoint& start, double t,
                       double size, int64_t further);

}  // namespace dlcore
