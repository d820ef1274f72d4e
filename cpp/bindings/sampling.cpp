#include <variant>

#include "define.h"

namespace dlcore::bindings {

void define_sampling(py::module_& m) {
  Family(m)
      .function("affine_grid", unlocked(&affine_grid),
                R"(Give each pixel of a result the place theta [x, y, (z,) 1] of the input that it is sampled from.

Args:
    theta: floating, (N, 2, 3), or (N, 3, 4) for volumes.
    size: of the result, (N, C, H, W) or (N, C, D, H, W).
    align_corners: whether -1 and 1 are the centres of the outermost pixels, or their outer edges.

Returns:
    A grid (N, H, W, 2) of x, y, or (N, D, H, W, 3) of x, y, z, as grid_sample takes it.

Raises:
    ValueError: shapes do not fit, or there is no pixel.
    TypeError: theta is not floating.

Source:
    Jaderberg, Simonyan, Zisserman, Kavukcuoglu: Spatial transformer networks, 2015, section 3.2.

Example:
    >>> import dlcore
    >>> theta = dlcore.tensor([[[1.0, 0.0, 0.5], [0.0, 1.0, 0.0]]])
    >>> dlcore.nn.functional.affine_grid(theta, (1, 1, 1, 2))
    tensor([[[[0., 0.],
              [1., 0.]]]])
)",
                "theta"_a, "size"_a, "align_corners"_a = false)
      .function(
          "grid_sample", unlocked(&grid_sample),
          R"(Sample images or volumes at the points of a grid: y[n, c, p] = sum over pixels of weight(grid[n, p]) input[n, c].

A coordinate runs from -1 to 1 along its axis of the input. Of coordinates that are no finite numbers: with
padding_mode 'zeros' they lie outside; with 'border' and 'reflection' NaN is the first pixel, and an infinity the
outermost one on its side ('border') or the first ('reflection'). Gradients of any order exist with respect to input and
grid; those that are not needed are not computed.

Args:
    input: float32 or float64, (N, C, H, W) or (N, C, D, H, W).
    grid: of input's dtype, (N, H', W', 2) of x, y, or (N, D', H', W', 3) of x, y, z.
    mode: 'bilinear' (of volumes trilinear), 'nearest' or 'bicubic' (images alone; Keys' kernel with a = -0.75).
    padding_mode: what lies outside: 'zeros', the 'border' pixel, or the 'reflection' at the border.
    align_corners: whether -1 and 1 are the centres of the outermost pixels, or their outer edges.

Returns:
    (N, C, H', W') or (N, C, D', H', W').

Raises:
    ValueError: shapes do not fit, a size to sample from is 0, or a mode is unknown.
    TypeError: dtypes differ or are not floating.

Source:
    Jaderberg, Simonyan, Zisserman, Kavukcuoglu: Spatial transformer networks, 2015, section 3.3.

Example:
    >>> import dlcore
    >>> x = dlcore.tensor([[[[1.0, 3.0]]]])
    >>> dlcore.nn.functional.grid_sample(x, dlcore.tensor([[[[0.0, 0.0], [0.5, 0.0]]]]))
    tensor([[[[2., 3.]]]])
)",
          "input"_a, "grid"_a, "mode"_a = "bilinear", "padding_mode"_a = "zeros", "align_corners"_a = false)
      .function(
          "interpolate",
          [](const Tensor& input, const std::optional<Dims>& size,
             const std::variant<std::monostate, double, std::vector<double>>& scale_factor, const std::string& mode,
             std::optional<bool> align_corners, std::optional<bool> recompute_scale_factor, bool antialias) {
            const Unlocked lock(input.numel());
            std::vector<double> factors;
            if (const auto* one = std::get_if<double>(&scale_factor)) factors = {*one};
            if (const auto* several = std::get_if<std::vector<double>>(&scale_factor)) factors = *several;
            return interpolate(input, size, factors, mode, align_corners, recompute_scale_factor, antialias);
          },
          R"(Resample the last one to three dimensions to another size, one after the other.

Each dimension is multiplied by a matrix whose rows hold a few weights; gradients of any order are products with it and
its transpose.

Args:
    input: float32 or float64, (N, C, W), (N, C, H, W) or (N, C, D, H, W).
    size: the new sizes, or one for all dimensions; or give
    scale_factor: by which sizes grow, rounded down; one number or one per dimension.
    mode: 'nearest', 'nearest-exact' (the pixel whose centre is nearest), 'linear', 'bilinear', 'trilinear', 'bicubic'
        or 'area' (the average of the pixels covered).
    align_corners: of the linear and cubic modes, whether the centres of the outermost pixels stay in place, or their
        outer edges.
    recompute_scale_factor: whether distances come from the rounded sizes instead of scale_factor.
    antialias: of 'bilinear' and 'bicubic', whether shrinking averages over all pixels.

Raises:
    ValueError: the mode does not take such an input or option, or a size would be 0.
    TypeError: the input is not floating.

Source:
    Keys: Cubic convolution interpolation for digital image processing, 1981.

Example:
    >>> import dlcore
    >>> x = dlcore.tensor([[[1.0, 2.0]]])
    >>> dlcore.nn.functional.interpolate(x, scale_factor=2, mode="linear")
    tensor([[[1.0000, 1.2500, 1.7500, 2.0000]]])
)",
          "input"_a, "size"_a = py::none(), "scale_factor"_a = py::none(), "mode"_a = "nearest",
          "align_corners"_a = py::none(), "recompute_scale_factor"_a = py::none(), "antialias"_a = false);
}

}  // namespace dlcore::bindings
