#include <pybind11/stl.h>

#include <variant>

#include "values_and_indices.h"

namespace dlcore::bindings {
namespace {

using MaybeIndices = std::variant<Tensor, std::pair<Tensor, Tensor>>;
using Size = std::optional<int64_t>;
using Sizes = std::variant<int64_t, std::vector<Size>>;

constexpr const char* kDigits[] = {"1", "2", "3"};
constexpr const char* kSpatial[] = {"W", "H, W", "D, H, W"};
constexpr const char* kOne[] = {"a number", "one number or two", "one number or three"};

// A docstring in which {n}, {shape} and {numbers} stand for what an n-dimensional pooling says.
std::string told(std::string text, int n) {
  const std::pair<const char*, const char*> words[] = {
      {"{n}", kDigits[n - 1]}, {"{shape}", kSpatial[n - 1]}, {"{numbers}", kOne[n - 1]}};
  for (const auto& [word, meaning] : words) {
    for (size_t at; (at = text.find(word)) != std::string::npos;) text.replace(at, std::string(word).size(), meaning);
  }
  return text;
}

std::string named(const char* before, int n, const char* after = "d") { return before + std::to_string(n) + after; }

Pooling pooling_of(const Dims& kernel_size, const std::optional<Dims>& stride, const Dims& padding,
                   const Dims& dilation, bool ceil_mode) {
  return {kernel_size, stride.value_or(Dims()), padding, dilation, ceil_mode};
}

std::vector<Size> sizes_of(const Sizes& sizes) {
  if (const auto* one = std::get_if<int64_t>(&sizes)) return {*one};
  return std::get<std::vector<Size>>(sizes);
}

MaybeIndices both(const ValuesAndIndices& found) { return std::pair(found.values, found.indices); }

constexpr const char* kMaxPool = R"(Take the largest element of each window.

NaN is larger than every number. Of equals the first is taken, and has all of the gradient.

Args:
    input: floating, (N, C, {shape}) or (C, {shape}).
    kernel_size: the size of a window, {numbers}.
    stride: how far apart windows begin; by default kernel_size.
    padding: how many elements that no window takes stand on each side, at most half a window.
    dilation: how far apart the elements of a window are.
    ceil_mode: whether a last window may reach beyond the padding.
    return_indices: whether to return, too, where in its flattened plane each of them is, as int64.

Raises:
    ValueError: a size is not positive, windows do not fit, or padding is more than half a window.
    TypeError: input is not floating.

Example:
    >>> import dlcore
    >>> dlcore.max_pool1d(dlcore.tensor([[1.0, 3.0, 2.0, 5.0]]), 2, return_indices=True)
    (tensor([[3., 5.]]), tensor([[1, 3]]))
)";
constexpr const char* kAvgPool = R"(Take the mean of each window.

Args:
    input: floating, (N, C, {shape}) or (C, {shape}).
    kernel_size: the size of a window, {numbers}.
    stride: how far apart windows begin; by default kernel_size.
    padding: how many zeros stand on each side, at most half a window.
    ceil_mode: whether a last window may reach beyond the padding; what is beyond it never counts.
    count_include_pad: whether the zeros of padding count as elements.
    divisor_override: what to divide sums by, instead of the number of elements.

Raises:
    ValueError: a size is not positive, windows do not fit, padding is more than half a window, or the divisor is 0.
    TypeError: input is not floating.

Example:
    >>> import dlcore
    >>> dlcore.avg_pool1d(dlcore.tensor([[1.0, 3.0, 2.0, 4.0]]), 2)
    tensor([[2., 3.]])
)";
constexpr const char* kLpPool = R"(Compute (sum of x^p over each window)^(1/p).

Args:
    input: floating, (N, C, {shape}) or (C, {shape}).
    norm_type: p.
    kernel_size: the size of a window, {numbers}.
    stride: how far apart windows begin; by default kernel_size.
    ceil_mode: whether a last window may reach beyond the input; its sum counts as if it were whole.

Raises:
    ValueError: a size is not positive, or windows do not fit.
    TypeError: input is not floating.

Example:
    >>> import dlcore
    >>> dlcore.lp_pool1d(dlcore.tensor([[3.0, 4.0, 0.0, 2.0]]), 2, 2)
    tensor([[5., 2.]])
)";
constexpr const char* kAdaptiveAvg = R"(Take the means of windows so chosen that the output has a given size.

Along an axis, output i of n is the mean of elements floor(i size / n) ... ceil((i + 1) size / n) - 1.

Args:
    input: floating, (N, C, {shape}) or (C, {shape}).
    output_size: {numbers}; None keeps a size.

Raises:
    ValueError: a size is negative, or the input's is 0.
    TypeError: input is not floating.

Example:
    >>> import dlcore
    >>> dlcore.adaptive_avg_pool1d(dlcore.tensor([[1.0, 2.0, 6.0]]), 2)
    tensor([[1.5000, 4.0000]])
)";
constexpr const char* kAdaptiveMax = R"(Take the largest elements of windows so chosen that the output has a given size.

Along an axis, output i of n sees elements floor(i size / n) ... ceil((i + 1) size / n) - 1.

Args:
    input: floating, (N, C, {shape}) or (C, {shape}).
    output_size: {numbers}; None keeps a size.
    return_indices: whether to return, too, where in its flattened plane each of them is, as int64.

Raises:
    ValueError: a size is negative, or the input's is 0.
    TypeError: input is not floating.

Example:
    >>> import dlcore
    >>> dlcore.adaptive_max_pool1d(dlcore.tensor([[1.0, 2.0, 6.0]]), 2)
    tensor([[2., 6.]])
)";
constexpr const char* kMaxUnpool = R"(Put each element where max_pool{n}d found it, and zeros elsewhere.

Args:
    input: floating, (N, C, {shape}) or (C, {shape}).
    indices: int64, of the input's shape: places in the flattened plane of the output.
    kernel_size, stride, padding: what max_pool{n}d was given.
    output_size: of the planes or of the whole output, where it is not the smallest that pools to the input's.

Raises:
    ValueError: shapes do not match, or output_size is a stride or more away from the size to expect.
    IndexError: an index is outside of its plane.
    TypeError: input is not floating, or indices are not int64.

Example:
    >>> import dlcore
    >>> dlcore.max_unpool1d(dlcore.tensor([[3.0, 5.0]]), dlcore.tensor([[1, 3]]), 2)
    tensor([[0., 3., 0., 5.]])
)";

void define_windows(Family& family, int n) {
  family.function(
      named("max_pool", n).c_str(),
      [n](const Tensor& input, const Dims& kernel_size, const std::optional<Dims>& stride, const Dims& padding,
          const Dims& dilation, bool ceil_mode, bool return_indices) -> MaybeIndices {
        const Unlocked lock(input.numel());
        const Pooling of = pooling_of(kernel_size, stride, padding, dilation, ceil_mode);
        if (return_indices) return both(max_pool_with_indices(n, input, of));
        return max_pool(n, input, of);
      },
      told(kMaxPool, n).c_str(), "input"_a, "kernel_size"_a, "stride"_a = py::none(), "padding"_a = Dims{0},
      "dilation"_a = Dims{1}, "ceil_mode"_a = false, "return_indices"_a = false);
  family.function(
      named("avg_pool", n).c_str(),
      [n](const Tensor& input, const Dims& kernel_size, const std::optional<Dims>& stride, const Dims& padding,
          bool ceil_mode, bool count_include_pad, const Size& divisor_override) {
        const Unlocked lock(input.numel());
        return avg_pool(n, input, pooling_of(kernel_size, stride, padding, {1}, ceil_mode), count_include_pad,
                        divisor_override);
      },
      told(kAvgPool, n).c_str(), "input"_a, "kernel_size"_a, "stride"_a = py::none(), "padding"_a = Dims{0},
      "ceil_mode"_a = false, "count_include_pad"_a = true, "divisor_override"_a = py::none());
  family.function(
      named("lp_pool", n).c_str(),
      [n](const Tensor& input, double norm_type, const Dims& kernel_size, const std::optional<Dims>& stride,
          bool ceil_mode) {
        const Unlocked lock(input.numel());
        return lp_pool(n, input, norm_type, pooling_of(kernel_size, stride, {0}, {1}, ceil_mode));
      },
      told(kLpPool, n).c_str(), "input"_a, "norm_type"_a, "kernel_size"_a, "stride"_a = py::none(),
      "ceil_mode"_a = false);
  family.function(
      named("max_unpool", n).c_str(),
      [n](const Tensor& input, const Tensor& indices, const Dims& kernel_size, const std::optional<Dims>& stride,
          const Dims& padding, const std::optional<Dims>& output_size) {
        const Unlocked lock(input.numel());
        return max_unpool(n, input, indices, pooling_of(kernel_size, stride, padding, {1}, false), output_size);
      },
      told(kMaxUnpool, n).c_str(), "input"_a, "indices"_a, "kernel_size"_a, "stride"_a = py::none(),
      "padding"_a = Dims{0}, "output_size"_a = py::none());
}

void define_adaptive(Family& family, int n) {
  family.function(
      named("adaptive_avg_pool", n).c_str(),
      [n](const Tensor& input, const Sizes& output_size) {
        const Unlocked lock(input.numel());
        return adaptive_avg_pool(n, input, sizes_of(output_size));
      },
      told(kAdaptiveAvg, n).c_str(), "input"_a, "output_size"_a);
  family.function(
      named("adaptive_max_pool", n).c_str(),
      [n](const Tensor& input, const Sizes& output_size, bool return_indices) -> MaybeIndices {
        const Unlocked lock(input.numel());
        const ValuesAndIndices found = adaptive_max_pool(n, input, sizes_of(output_size));
        if (return_indices) return both(found);
        return found.values;
      },
      told(kAdaptiveMax, n).c_str(), "input"_a, "output_size"_a, "return_indices"_a = false);
}

}  // namespace

void define_pooling(py::module_& m) {
  Family family(m);
  for (int n = 1; n <= 3; ++n) {
    define_windows(family, n);
    define_adaptive(family, n);
  }
  family
      .function(
          "im2col",
          [](const Tensor& input, const Dims& kernel_size, const Dims& dilation, const Dims& padding,
             const Dims& stride) {
            const Unlocked lock(input.numel());
            return im2col(input, {kernel_size, dilation, padding, stride});
          },
          R"(Make each window a column.

With this, a convolution is a product of matrices. `nn.functional.unfold`, where Tensor.unfold is another thing.

Args:
    input: floating, (N, C, H, W) or (C, H, W).
    kernel_size: the size of a window, one number or two.
    dilation: how far apart the elements of a window are.
    padding: how many zeros stand on each side.
    stride: how far apart windows begin.

Returns:
    (N, C * elements of a window, windows), or that without N.

Raises:
    ValueError: a size is not positive, or windows do not fit.
    TypeError: input is not floating.

Example:
    >>> import dlcore
    >>> dlcore.im2col(dlcore.tensor([[[1.0, 2.0], [3.0, 4.0]]]), (1, 2))
    tensor([[1., 3.],
            [2., 4.]])
)",
          "input"_a, "kernel_size"_a, "dilation"_a = Dims{1}, "padding"_a = Dims{0}, "stride"_a = Dims{1})
      .function(
          "col2im",
          [](const Tensor& input, const Dims& output_size, const Dims& kernel_size, const Dims& dilation,
             const Dims& padding, const Dims& stride) {
            const Unlocked lock(input.numel());
            return col2im(input, output_size, {kernel_size, dilation, padding, stride});
          },
          R"(Add up columns where their windows are: the transpose of im2col. `nn.functional.fold`.

Args:
    input: floating, (N, C * elements of a window, windows), or that without N.
    output_size: H and W, one number or two.
    kernel_size, dilation, padding, stride: as for im2col.

Returns:
    (N, C, H, W) or (C, H, W).

Raises:
    ValueError: a size is not positive, or the input's shape is not what im2col makes of the output's.
    TypeError: input is not floating.

Example:
    >>> import dlcore
    >>> dlcore.col2im(dlcore.ones(2, 2), (1, 3), (1, 2))
    tensor([[[1., 2., 1.]]])
)",
          "input"_a, "output_size"_a, "kernel_size"_a, "dilation"_a = Dims{1}, "padding"_a = Dims{0},
          "stride"_a = Dims{1});
}

}  // namespace dlcore::bindings
