#include <string>
#include <variant>

#include "define.h"

namespace dlcore::bindings {
namespace {

using Padding = std::variant<Dims, std::string>;
using Conv = Tensor (*)(const Tensor&, const Tensor&, const Tensor&, const Dims&, const ConvPadding&, const Dims&,
                        int64_t);
using ConvTranspose = Tensor (*)(const Tensor&, const Tensor&, const Tensor&, const Dims&, const Dims&, const Dims&,
                                 int64_t, const Dims&);

constexpr const char* kAxes[] = {"L", "H, W", "D, H, W"};

std::string conv_doc(int dims) {
  const std::string axes = kAxes[dims - 1], n = std::to_string(dims),
                    ones = dims == 1   ? "1"
                           : dims == 2 ? "1, 1"
                                       : "1, 1, 1";
  return "Correlate images with kernels along " + (dims == 1 ? std::string("one axis") : n + " axes") + R"(.

    y[n, c, p] = bias[c] + sum over i, k of weight[c, i, k] * input[n, i, p * stride - padding + k * dilation]

where input counts as 0 outside. 3x3 kernels of stride 1 may take Winograd's way, see set_winograd_enabled. Other kinds
of padding are made by pad first.

Args:
    input: floating, (N, C_in, )" +
         axes + ") or (C_in, " + axes + R"().
    weight: (C_out, C_in / groups, kernel sizes), of input's dtype.
    bias: (C_out,), or None.
    stride: how far the kernel moves from one element of the result to the next.
    padding: zeros before and behind each axis; or 'valid' (none); or 'same' (the result has the input's size, for
        stride 1; where the zeros are odd in number, one more is behind).
    dilation: how far the kernel's elements are apart.
    groups: into so many parts input and result channels are divided, each computed from its own.
    stride, padding and dilation are one number, or one per axis.
Returns:
    (N, C_out, ...), or without N; each axis of size (size + 2 padding - dilation * (kernel - 1) - 1) // stride + 1.
Raises:
    ValueError: shapes do not fit each other, groups do not divide channels, a number is out of its range, or the kernel
        is larger than the padded input.
    TypeError: dtypes differ or are not floating.

Source:
    Dumoulin, Visin: A guide to convolution arithmetic for deep learning, 2016.

Example:
    >>> import dlcore
    >>> x = dlcore.ones(1, 1, )" +
         (dims == 1   ? "5"
          : dims == 2 ? "1, 5"
                      : "1, 1, 5") +
         R"()
    >>> dlcore.conv)" +
         n + "d(x, dlcore.ones(1, 1, " +
         (dims == 1   ? "3"
          : dims == 2 ? "1, 3"
                      : "1, 1, 3") +
         "), padding=" +
         (dims == 1   ? "1"
          : dims == 2 ? "(0, 1)"
                      : "(0, 0, 1)") +
         R"().flatten()
    tensor([2., 3., 3., 3., 2.])
)";
}

std::string conv_transpose_doc(int dims) {
  const std::string axes = kAxes[dims - 1], n = std::to_string(dims);
  return "Compute the gradient of conv" + n + R"(d with respect to its input: each element spreads the kernel.

    y[n, i, p] = bias[i] + sum of weight[c, i, k] * input[n, c, o] over all c, k, o with o * stride - padding + k *
    dilation = p

Args:
    input: floating, (N, C_in, )" +
         axes + ") or (C_in, " + axes + R"().
    weight: (C_in, C_out / groups, kernel sizes), of input's dtype.
    bias: (C_out,), or None.
    stride: how far the places of neighbours in input are apart in the result.
    padding: so many elements are cut off at both ends of each axis.
    output_padding: so many more elements there are at the end; less than stride or dilation.
    groups: into so many parts input and result channels are divided, each computed from its own.
    dilation: how far the kernel's elements are apart.
    stride, padding, output_padding and dilation are one number, or one per axis.
Returns:
    (N, C_out, ...), or without N; each axis of size
    (size - 1) * stride - 2 padding + dilation * (kernel - 1) + output_padding + 1.
Raises:
    ValueError: shapes do not fit each other, groups do not divide channels, a number is out of its range, or nothing is
        left of an axis.
    TypeError: dtypes differ or are not floating.

Source:
    Dumoulin, Visin: A guide to convolution arithmetic for deep learning, 2016, chapter 4.

Example:
    >>> import dlcore
    >>> x = dlcore.ones(1, 1, )" +
         (dims == 1   ? "2"
          : dims == 2 ? "1, 2"
                      : "1, 1, 2") +
         R"()
    >>> dlcore.conv_transpose)" +
         n + "d(x, dlcore.ones(1, 1, " +
         (dims == 1   ? "3"
          : dims == 2 ? "1, 3"
                      : "1, 1, 3") +
         "), stride=" +
         (dims == 1   ? "2"
          : dims == 2 ? "(1, 2)"
                      : "(1, 1, 2)") +
         R"().flatten()
    tensor([1., 1., 2., 1., 1.])
)";
}

void define_conv(Family& family, int dims, Conv op) {
  family.function(
      text("conv", dims, "d").c_str(),
      [op](const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, const Dims& stride,
           const Padding& padding, const Dims& dilation, int64_t groups) {
        const Unlocked lock(input.numel() + weight.numel());
        const auto* name = std::get_if<std::string>(&padding);
        return op(input, weight, bias.value_or(Tensor()), stride,
                  name ? ConvPadding(std::string_view(*name)) : ConvPadding(std::get<Dims>(padding)), dilation, groups);
      },
      conv_doc(dims).c_str(), "input"_a, "weight"_a, "bias"_a = py::none(), "stride"_a = 1, "padding"_a = 0,
      "dilation"_a = 1, "groups"_a = 1);
}

void define_conv_transpose(Family& family, int dims, ConvTranspose op) {
  family.function(
      text("conv_transpose", dims, "d").c_str(),
      [op](const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, const Dims& stride,
           const Dims& padding, const Dims& output_padding, int64_t groups, const Dims& dilation) {
        const Unlocked lock(input.numel() + weight.numel());
        return op(input, weight, bias.value_or(Tensor()), stride, padding, output_padding, groups, dilation);
      },
      conv_transpose_doc(dims).c_str(), "input"_a, "weight"_a, "bias"_a = py::none(), "stride"_a = 1, "padding"_a = 0,
      "output_padding"_a = 0, "groups"_a = 1, "dilation"_a = 1);
}

}  // namespace

void define_conv(py::module_& m) {
  Family family(m);
  define_conv(family, 1, conv1d);
  define_conv(family, 2, conv2d);
  define_conv(family, 3, conv3d);
  define_conv_transpose(family, 1, conv_transpose1d);
  define_conv_transpose(family, 2, conv_transpose2d);
  define_conv_transpose(family, 3, conv_transpose3d);
  family
      .function("is_winograd_enabled", &winograd_enabled,
                "Tell whether 3x3 convolutions of stride 1 may take Winograd's way.")
      .function("set_winograd_enabled", &set_winograd_enabled,
                R"(Let 3x3 convolutions of stride 1 take Winograd's way, or not.

It needs as few as a quarter of the multiplications. Its result differs from the direct one by rounding errors that are
somewhat larger: relative to the float64 result, up to 5e-6 in float32. By default it is on; where it is used depends on
sizes alone.

Args:
    enabled: whether it may.

Source:
    Lavin, Gray: Fast algorithms for convolutional neural networks, 2016.

Example:
    >>> import dlcore
    >>> dlcore.set_winograd_enabled(False)
    >>> dlcore.is_winograd_enabled()
    False
    >>> dlcore.set_winograd_enabled(True)
)",
                "enabled"_a);
}

}  // namespace dlcore::bindings
