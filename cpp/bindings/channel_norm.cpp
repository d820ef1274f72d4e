#include "define.h"

namespace dlcore::bindings {
namespace {

using Maybe = std::optional<Tensor>;

}  // namespace

void define_channel_norms(py::module_& m) {
  Family(m)
      .function(
          "batch_norm",
          [](const Tensor& input, const Maybe& running_mean, const Maybe& running_var, const Maybe& weight,
             const Maybe& bias, bool training, double momentum, double eps) {
            const Unlocked lock(input.numel());
            return batch_norm(input, given(running_mean), given(running_var), given(weight), given(bias), training,
                              momentum, eps);
          },
          R"(Compute (input - mean) / sqrt(var + eps) * weight + bias, mean and variance being those of each channel.

In training they are taken over the batch and all positions, and what runs along is changed in place:
running = (1 - momentum) running + momentum * batch, the batch's variance with correction 1. Else they are the running
ones, through which no gradient goes.

Args:
    input: floating, (N, C, ...).
    running_mean, running_var: (C,), of input's dtype; None in training: nothing runs along.
    weight, bias: (C,), of input's dtype, or None.
    training: whether mean and (biased) variance are those of input.
    momentum: how much of the batch goes into what runs along.
    eps: added to the variance.

Raises:
    ValueError: a shape does not fit; one value per channel in training; no running statistics otherwise.
    TypeError: dtypes differ or are not floating.

Source:
    Ioffe, Szegedy: Batch normalization: accelerating deep network training by reducing internal covariate shift, 2015,
    algorithms 1 and 2.

Example:
    >>> import dlcore
    >>> x = dlcore.tensor([[1.0, 10.0], [3.0, 30.0]])
    >>> dlcore.batch_norm(x, None, None, training=True, eps=0.0)
    tensor([[-1., -1.],
            [ 1.,  1.]])
)",
          "input"_a, "running_mean"_a, "running_var"_a, "weight"_a = py::none(), "bias"_a = py::none(),
          "training"_a = false, "momentum"_a = 0.1, "eps"_a = 1e-5)
      .function(
          "instance_norm",
          [](const Tensor& input, const Maybe& running_mean, const Maybe& running_var, const Maybe& weight,
             const Maybe& bias, bool use_input_stats, double momentum, double eps) {
            const Unlocked lock(input.numel());
            return instance_norm(input, given(running_mean), given(running_var), given(weight), given(bias),
                                 use_input_stats, momentum, eps);
          },
          R"(Compute (input - mean) / sqrt(var + eps) * weight + bias, with mean and variance of a channel of a sample.

Running statistics, where given, move towards the averages over the batch of the samples' means and variances (with
correction 1), in place; with use_input_stats=False they are used instead.

Args:
    input: floating, (N, C, positions ...).
    running_mean, running_var: (C,), of input's dtype, or None.
    weight, bias: (C,), of input's dtype, or None.
    use_input_stats: whether mean and (biased) variance are those of input.
    momentum: how much of the batch goes into what runs along.
    eps: added to the variance.

Raises:
    ValueError: a shape does not fit; one position; no running statistics with use_input_stats=False.
    TypeError: dtypes differ or are not floating.

Source:
    Ulyanov, Vedaldi, Lempitsky: Instance normalization: the missing ingredient for fast stylization, 2016.

Example:
    >>> import dlcore
    >>> dlcore.instance_norm(dlcore.tensor([[[1.0, 3.0], [10.0, 30.0]]]), eps=0.0)
    tensor([[[-1.,  1.],
             [-1.,  1.]]])
)",
          "input"_a, "running_mean"_a = py::none(), "running_var"_a = py::none(), "weight"_a = py::none(),
          "bias"_a = py::none(), "use_input_stats"_a = true, "momentum"_a = 0.1, "eps"_a = 1e-5)
      .function(
          "group_norm",
          [](const Tensor& input, int64_t num_groups, const Maybe& weight, const Maybe& bias, double eps) {
            const Unlocked lock(input.numel());
            return group_norm(input, num_groups, given(weight), given(bias), eps);
          },
          R"(Compute (input - mean) / sqrt(var + eps) * weight + bias, with mean and variance of a group of channels.

Args:
    input: floating, (N, C, ...).
    num_groups: in how many groups the channels of a sample are normalized; divides C.
    weight, bias: (C,), of input's dtype, or None.
    eps: added to the (biased) variance.

Raises:
    ValueError: num_groups does not divide C, or weight or bias are not of shape (C,).
    TypeError: dtypes differ or are not floating.

Source:
    Wu, He: Group normalization, 2018, section 3.

Example:
    >>> import dlcore
    >>> dlcore.group_norm(dlcore.tensor([[1.0, 3.0, 10.0, 30.0]]), 2, eps=0.0)
    tensor([[-1.,  1., -1.,  1.]])
)",
          "input"_a, "num_groups"_a, "weight"_a = py::none(), "bias"_a = py::none(), "eps"_a = 1e-5)
      .function("local_response_norm", unlocked(&local_response_norm),
                R"(Compute input / (k + alpha * mean of squares)^beta, the mean being over neighbouring channels.

Args:
    input: floating, (N, C, positions ...).
    size: over how many channels, from size // 2 before to (size - 1) // 2 behind; those outside count as zeros.
    alpha, beta, k: as in the formula.

Raises:
    ValueError: size is not positive, or input has less than 3 dimensions.
    TypeError: input is not floating.

Source:
    Krizhevsky, Sutskever, Hinton: ImageNet classification with deep convolutional neural networks, 2012, section 3.3.

Example:
    >>> import dlcore
    >>> dlcore.local_response_norm(dlcore.tensor([[[3.0], [4.0]]]), 2, alpha=2.0, beta=0.5, k=0.0)
    tensor([[[1.0000],
             [0.8000]]])
)",
                "input"_a, "size"_a, "alpha"_a = 1e-4, "beta"_a = 0.75, "k"_a = 1.0)
      .function("normalize", unlocked(&normalize),
                R"(Compute input / max(norm of input along dim, eps).

Args:
    input: floating, of any shape.
    p: which norm.
    dim: the dimension or dimensions.
    eps: the least that is divided by.

Raises:
    TypeError: input is not floating.

Example:
    >>> import dlcore
    >>> dlcore.normalize(dlcore.tensor([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
)",
                "input"_a, "p"_a = 2.0, "dim"_a = Dims{1}, "eps"_a = 1e-12)
      .function("cosine_similarity", unlocked(&cosine_similarity),
                R"(Compute the sum along dim of x1 / max(|x1|, eps) * x2 / max(|x2|, eps).

Args:
    x1, x2: floating; they broadcast.
    dim: the dimension of the vectors, of the broadcast shape.
    eps: the least that is divided by.

Raises:
    ValueError: the shapes do not broadcast.
    TypeError: x1 or x2 is not floating.

Example:
    >>> import dlcore
    >>> dlcore.cosine_similarity(dlcore.tensor([3.0, 4.0]), dlcore.tensor([1.0, 0.0]), dim=0)
    tensor(0.6000)
)",
                "x1"_a, "x2"_a, "dim"_a = 1, "eps"_a = 1e-8);
}

}  // namespace dlcore::bindings
