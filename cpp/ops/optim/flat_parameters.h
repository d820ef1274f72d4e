#pragma once

#include <span>
#include <vector>

#include "dlcore/tensor.h"
#include "kernels/optim/lbfgs.h"

namespace dlcore {

// Parameters of one floating dtype as one flat vector, w.
class FlatParameters {
 public:
  FlatParameters(const char* op, std::span<const Tensor> params);
  int64_t size() const { return size_; }
  DType dtype() const { return dtype_; }

  Tensor weights() const;
  // The gradients that a closure has left, zeros where there is none; measured beside d, if it is defined.
  Tensor gradient(const Tensor& d, kernels::Measured& measured) const;
  // w = start + t d; from where it is if start is undefined.
  void move(const Tensor& start, double t, const Tensor& d) const;

 private:
  int64_t checked_size() const;

  const char* op_;
  std::span<const Tensor> params_;
  int64_t size_ = 0;
  DType dtype_ = kDefaultDType;
};

}  // namespace dlcore
