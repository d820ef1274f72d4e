#pragma once

#include "dlcore/nn.h"

namespace dlcore {

// How a normalization n = (x - mean) rstd, y = n w + b sees its arguments; the gradient's gradient is one for all.
struct Normalized {
  Shape view;             // of x, dy
  Shape affine;           // of w, b: broadcasts to the view
  Dims averaged, summed;  // axes of the view: over which mean and variance are taken; of which dw is a sum
  double eps;
  bool centred = true;  // else mean = 0
};

// Gradients with respect to dy, x and w of <a, dx> + <b, dw> + <c, db>, in plain ops; a, b, c and w may be undefined.
std::vector<Tensor> normalized_second(const Normalized& of, const Tensor& a, const Tensor& b, const Tensor& c,
                                      const Tensor& dy, const Tensor& x, const Tensor& w);

}  // namespace dlcore
