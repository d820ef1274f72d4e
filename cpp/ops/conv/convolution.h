#pragma once

#include "dlcore/nn.h"
#include "kernels/conv/geometry.h"

namespace dlcore {

// A convolution in 1, 2 or 3 dimensions, of checked arguments (NOTE [The geometry of a convolution]).
struct Convolution {
  kernels::conv::Geometry geometry;
  int dims;

  Shape x_shape() const { return shape(geometry.N, geometry.groups * geometry.C_in, geometry.input); }
  Shape w_shape() const { return shape(geometry.groups * geometry.C_out, geometry.C_in, geometry.kernel); }
  Shape y_shape() const { return shape(geometry.N, geometry.groups * geometry.C_out, geometry.output); }

 private:
  Shape shape(int64_t rows, int64_t channels, const kernels::conv::Axes& sizes) const {
    Shape s{rows, channels};
    for (int d = 3 - dims; d < 3; ++d) s.push_back(sizes[d]);
    return s;
  }
};

// NOTE [Gradients of a convolution]
// The sum over all outputs of y * z is linear in x, w and z each. Its derivatives are these three maps, so the gradient
// of each is written with the other two, and gradients of any order follow. A transposed convolution is the second map.
Tensor convolve(const char* op, const Tensor& x, const Tensor& w, const Tensor& b, const Convolution& of);
Tensor convolve_back(const char* op, const Tensor& dy, const Tensor& w, const Tensor& b, const Convolution& of);
Tensor convolve_weight(const Tensor& dy, const Tensor& x, const Convolution& of);
// The same, and with it the gradient of the bias where the kernel has it for little more, else an undefined tensor.
std::pair<Tensor, Tensor> convolve_parameters(const Tensor& dy, const Tensor& x, const Convolution& of, bool with_bias);

// The arguments of an op as they are given; `name` begins errors.
struct ConvolutionArguments {
  const char* name;
  int dims;
  const Tensor &x, &w, &b;
  const Dims &stride, &dilation;
  int64_t groups;
};
// Checks all that does not depend on how large the result is; transposed: w is (C_in, C_out / groups, ...).
Convolution checked(const ConvolutionArguments& of, bool transposed);
// One number per axis, `least` or more, into the axes of a geometry.
void set_axes(const ConvolutionArguments& of, const char* argument, const Dims& values, int64_t least,
              kernels::conv::Axes& axes);
// For errors: the axes in use.
Dims used(const Convolution& of, const kernels::conv::Axes& axes);

}  // namespace dlcore
