#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dlcore/dlcore.h"
#include "peak.h"

// Every case is timed forward, backward, and both together, on one thread and on all that dlcore takes by default.
// Beside the time stand GFLOP/s or GB/s, and the percentage of the peak that main() measured first. The names of cases
// are those of bench/cases: family/what/size, then /direction/threads:N.
namespace bench {

using dlcore::DType;
using dlcore::Shape;
using dlcore::Tensor;
using Inputs = std::vector<Tensor>;

// How much a direction does at least: operations of the textbook's formula, or, where there are none, bytes.
struct Amount {
  double flops = 0, bytes = 0;
};

struct Case {
  std::string name;
  std::function<Inputs()> inputs;  // made when the case runs; a backward gives gradients to those that require one
  std::function<Tensor(const Inputs&)> call;
  Amount forward, both;
  DType dtype = DType::Float32;
};

void add(const Case& c);

// Standard normal numbers, the same in each run.
Tensor normal(const Shape& shape, DType dtype = DType::Float32);
Tensor normal_with_grad(const Shape& shape, DType dtype = DType::Float32);

// The peak for a number of threads; measured when first asked for, so before anything is timed.
const peak::Peak& peak_of(int threads);

// Runs its argument before main(): static const bench::Registration kHere([] { add(...); });
struct Registration {
  explicit Registration(void (*adds)()) { adds(); }
};

}  // namespace bench
