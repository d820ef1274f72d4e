#include "define.h"
#include "dlcore/in_place.h"
#include "generator.h"

namespace dlcore::bindings {

void define_nn(py::module_& m) {
  Family(m)
      .function(
          "dropout",
          [](const Tensor& input, double p, bool training, bool inplace, const MaybeGenerator& generator) -> Tensor {
            const Unlocked lock(input.numel());
            const Generator& source = generator_of(generator);
            if (inplace)
              return in_place("dropout_", input, [&](const Tensor& x) { return dropout(x, p, training, source); });
            return dropout(input, p, training, source);
          },
          R"(Set each element to zero with probability p and scale the others by 1 / (1 - p).

The mask is not kept for the gradient but drawn again, from the same position of the generator.

Args:
    input: floating, of any shape.
    p: the probability, in [0, 1].
    training: whether anything is done; if not, input is returned.
    inplace: whether input is overwritten and returned.
    generator: where the mask comes from; by default the one that `manual_seed` seeds.

Source:
    Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov: Dropout: A simple way to prevent neural networks from
    overfitting, 2014.

Example:
    >>> import dlcore
    >>> dlcore.dropout(dlcore.ones(3), p=1.0)
    tensor([0., 0., 0.])
)",
          "input"_a, "p"_a = 0.5, "training"_a = true, "inplace"_a = false, py::kw_only(), "generator"_a = py::none())
      .function(
          "layer_norm",
          [](const Tensor& input, const Dims& normalized_shape, const std::optional<Tensor>& weight,
             const std::optional<Tensor>& bias, double eps) {
            const Unlocked lock(input.numel());
            return layer_norm(input, normalized_shape, weight.value_or(Tensor()), bias.value_or(Tensor()), eps);
          },
          R"(Compute (input - mean) / sqrt(var + eps) * weight + bias, mean and variance being those of the last dimensions.

Args:
    input: floating, (..., *normalized_shape).
    normalized_shape: the sizes of the last dimensions, over which mean and (biased) variance are taken.
    weight, bias: of shape normalized_shape and input's dtype, or None.
    eps: added to the variance.

Raises:
    ValueError: normalized_shape does not end the input's shape, or weight or bias have another.
    TypeError: dtypes differ or are not floating.

Source:
    Ba, Kiros, Hinton: Layer normalization, 2016, section 3.

Example:
    >>> import dlcore
    >>> dlcore.layer_norm(dlcore.tensor([1.0, 3.0]), (2,), eps=0.0)
    tensor([-1.,  1.])
)",
          "input"_a, "normalized_shape"_a, "weight"_a = py::none(), "bias"_a = py::none(), "eps"_a = 1e-5)
      .function(
          "rms_norm",
          [](const Tensor& input, const Dims& normalized_shape, const std::optional<Tensor>& weight,
             std::optional<double> eps) {
            const Unlocked lock(input.numel());
            return rms_norm(input, normalized_shape, weight.value_or(Tensor()), eps);
          },
          R"(Compute input / sqrt(mean of input^2 + eps) * weight, the mean being that of the last dimensions.

Args:
    input: floating, (..., *normalized_shape).
    normalized_shape: the sizes of the last dimensions, over which the mean is taken.
    weight: of shape normalized_shape and input's dtype, or None.
    eps: added to the mean of squares; by default the distance from 1 to the next number of input's dtype.

Raises:
    ValueError: normalized_shape does not end the input's shape, or weight has another.
    TypeError: dtypes differ or are not floating.

Source:
    Zhang, Sennrich: Root mean square layer normalization, 2019, section 4.

Example:
    >>> import dlcore
    >>> dlcore.rms_norm(dlcore.tensor([1.0, 7.0]), (2,), eps=0.0)
    tensor([0.2000, 1.4000])
)",
          "input"_a, "normalized_shape"_a, "weight"_a = py::none(), "eps"_a = py::none());
}

}  // namespace dlcore::bindings
