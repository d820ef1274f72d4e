#include <string>
#include <variant>
#include <vector>

#include "define.h"

namespace dlcore::bindings {
namespace {

// reduction="mean" and its like.
struct ReductionName {
  Reduction value;
};

}  // namespace
}  // namespace dlcore::bindings

namespace pybind11::detail {

template <>
struct type_caster<dlcore::bindings::ReductionName> {
  PYBIND11_TYPE_CASTER(dlcore::bindings::ReductionName, const_name("str"));
  bool load(handle source, bool) {
    using dlcore::Reduction;
    if (!PyUnicode_Check(source.ptr())) return false;
    for (auto [name, reduction] : {std::pair{"none", Reduction::None},
                                   {"mean", Reduction::Mean},
                                   {"sum", Reduction::Sum},
                                   {"batchmean", Reduction::BatchMean}}) {
      if (PyUnicode_CompareWithASCIIString(source.ptr(), name) == 0) {
        value.value = reduction;
        return true;
      }
    }
    dlcore::raise<dlcore::ValueError>("reduction: expected 'none', 'mean' or 'sum', got '", source.cast<std::string>(),
                                      "'");
  }
  static handle cast(dlcore::bindings::ReductionName reduction, return_value_policy, handle) {
    const char* names[] = {"none", "mean", "sum", "batchmean"};
    return str(names[static_cast<int>(reduction.value)]).release();
  }
};

}  // namespace pybind11::detail

namespace dlcore::bindings {
namespace {

using Optional = std::optional<Tensor>;
constexpr ReductionName kMean{Reduction::Mean};

constexpr const char* kCrossEntropy = R"(Compute the cross-entropy of softmax(input) and a target.

The loss of one example with logits x and class t is -log softmax(x)[t], times weight[t].

Args:
    input: logits (N, C), (C,) or (N, C, d1, ...), floating.
    target: class indices, int64, of the shape without C; or probabilities of input's shape.
    weight: (C,), the weight of each class.
    ignore_index: examples with this class count for nothing.
    reduction: 'mean' (weighted by the weights of the classes), 'sum' or 'none'.
    label_smoothing: in [0, 1]; this share of the target is spread evenly over the classes.

Raises:
    ValueError: shapes do not fit. IndexError: a class is out of range. TypeError: dtypes do not fit.

Source:
    Szegedy et al.: Rethinking the Inception Architecture, 2016, section 7 (label smoothing).

Example:
    >>> import dlcore
    >>> dlcore.cross_entropy(dlcore.zeros(1, 4), dlcore.tensor([2]))
    tensor(1.3863)
)";

// Lengths, as a tensor or a sequence.
using Lengths = std::variant<Tensor, std::vector<int64_t>>;

std::vector<int64_t> lengths_of(const char* name, const Lengths& lengths) {
  if (const auto* numbers = std::get_if<std::vector<int64_t>>(&lengths)) return *numbers;
  const Tensor& given = std::get<Tensor>(lengths);
  if (is_floating(given.dtype()) || given.dtype() == DType::Bool)
    raise<TypeError>("ctc_loss: expected ", name, " of integers, got ", given.dtype());
  const Tensor x = contiguous(to(given, DType::Int64));
  return {x.data<int64_t>(), x.data<int64_t>() + x.numel()};
}

constexpr const char* kCtc = R"(Compute the connectionist temporal classification loss: -log p(target | input).

The probability of a target is that of all ways to write its classes over the steps: each one or more times, with blanks
between them, which two equal classes in a row must have.

Args:
    log_probs: log-probabilities (T, N, C) or (T, C), floating. The gradient is that with respect to these numbers.
    targets: int64 or int32, (N, S), of which the first target_lengths[i] count; or (sum of target_lengths,), one after the
        other.
    input_lengths, target_lengths: N lengths each, in a tensor or a sequence.
    blank: the class that stands for nothing.
    reduction: 'mean' (of the losses divided by their target's length), 'sum' or 'none'.
    zero_infinity: whether the loss, and the gradient, of a target too long for its input is zero instead of infinite.

Raises:
    ValueError: shapes or lengths do not fit. IndexError: a target or the blank is no class. TypeError: a wrong dtype.

Source:
    Graves, Fernandez, Gomez, Schmidhuber: Connectionist temporal classification, 2006, section 4.

Example:
    >>> import dlcore
    >>> dlcore.ctc_loss(dlcore.zeros(2, 1, 3) - 2, dlcore.tensor([[1]]), [2], [1])  # 1 1, 1 - and - 1
    tensor(2.9014)
)";

}  // namespace

void define_losses(py::module_& m) {
  Family f(m);
  f.function(
      "cross_entropy",
      [](const Tensor& x, const Tensor& target, const Optional& weight, int64_t ignore_index, ReductionName r,
         double label_smoothing) {
        const Unlocked lock(x.numel());
        return cross_entropy(x, target, given(weight), r.value, ignore_index, label_smoothing);
      },
      kCrossEntropy, "input"_a, "target"_a, "weight"_a = py::none(), "ignore_index"_a = -100, "reduction"_a = kMean,
      "label_smoothing"_a = 0.0);
  f.function(
      "nll_loss",
      [](const Tensor& x, const Tensor& target, const Optional& weight, int64_t ignore_index, ReductionName r) {
        const Unlocked lock(x.numel());
        return nll_loss(x, target, given(weight), r.value, ignore_index);
      },
      "Compute the negative log-likelihood -weight[t] * input[t] of classes t under log-probabilities (N, C, ...).",
      "input"_a, "target"_a, "weight"_a = py::none(), "ignore_index"_a = -100, "reduction"_a = kMean);
  f.function(
      "mse_loss",
      [](const Tensor& x, const Tensor& target, ReductionName r) {
        const Unlocked lock(x.numel());
        return mse_loss(x, target, r.value);
      },
      "Compute (input - target)^2; the shapes must be equal.", "input"_a, "target"_a, "reduction"_a = kMean);
  f.function(
      "l1_loss",
      [](const Tensor& x, const Tensor& target, ReductionName r) {
        const Unlocked lock(x.numel());
        return l1_loss(x, target, r.value);
      },
      "Compute |input - target|; the shapes must be equal.", "input"_a, "target"_a, "reduction"_a = kMean);
  f.function(
      "huber_loss",
      [](const Tensor& x, const Tensor& target, ReductionName r, double delta) {
        const Unlocked lock(x.numel());
        return huber_loss(x, target, r.value, delta);
      },
      "Compute d^2 / 2 for |d| <= delta and delta (|d| - delta / 2) beyond, d = input - target (Huber 1964).",
      "input"_a, "target"_a, "reduction"_a = kMean, "delta"_a = 1.0);
  f.function(
      "binary_cross_entropy",
      [](const Tensor& x, const Tensor& target, const Optional& weight, ReductionName r) {
        const Unlocked lock(x.numel());
        return binary_cross_entropy(x, target, given(weight), r.value);
      },
      "Compute -(t log x + (1 - t) log(1 - x)) of probabilities x; no logarithm counts for less than -100.", "input"_a,
      "target"_a, "weight"_a = py::none(), "reduction"_a = kMean);
  f.function(
      "binary_cross_entropy_with_logits",
      [](const Tensor& x, const Tensor& target, const Optional& weight, ReductionName r, const Optional& pos_weight) {
        const Unlocked lock(x.numel());
        return binary_cross_entropy_with_logits(x, target, given(weight), r.value, given(pos_weight));
      },
      "Compute binary_cross_entropy(sigmoid(input), target) without overflow.", "input"_a, "target"_a,
      "weight"_a = py::none(), "reduction"_a = kMean, "pos_weight"_a = py::none());
  f.function(
      "kl_div",
      [](const Tensor& x, const Tensor& target, ReductionName r, bool log_target) {
        const Unlocked lock(x.numel());
        return kl_div(x, target, r.value, log_target);
      },
      "Compute target * (log(target) - input), the divergence from log-probabilities `input` to probabilities.",
      "input"_a, "target"_a, "reduction"_a = kMean, "log_target"_a = false);
  f.function(
      "smooth_l1_loss",
      [](const Tensor& x, const Tensor& target, ReductionName r, double beta) {
        const Unlocked lock(x.numel());
        return smooth_l1_loss(x, target, r.value, beta);
      },
      "Compute d^2 / (2 beta) for |d| < beta and |d| - beta / 2 beyond, d = input - target (Girshick 2015).", "input"_a,
      "target"_a, "reduction"_a = kMean, "beta"_a = 1.0);
  f.function(
      "soft_margin_loss",
      [](const Tensor& x, const Tensor& target, ReductionName r) {
        const Unlocked lock(x.numel());
        return soft_margin_loss(x, target, r.value);
      },
      "Compute ln(1 + e^(-target * input)) for targets of 1 and -1.", "input"_a, "target"_a, "reduction"_a = kMean);
  f.function(
      "hinge_embedding_loss",
      [](const Tensor& x, const Tensor& target, double margin, ReductionName r) {
        const Unlocked lock(x.numel());
        return hinge_embedding_loss(x, target, margin, r.value);
      },
      "Compute input where target is 1, and max(margin - input, 0) where it is -1.", "input"_a, "target"_a,
      "margin"_a = 1.0, "reduction"_a = kMean);
  f.function(
      "multi_margin_loss",
      [](const Tensor& x, const Tensor& target, int p, double margin, const Optional& weight, ReductionName r) {
        const Unlocked lock(x.numel());
        return multi_margin_loss(x, target, p, margin, given(weight), r.value);
      },
      R"(Compute how far other classes come up to the target's score: sum of max(margin - x[t] + x[c], 0)^p / C over c != t.

Args:
    input: scores (N, C) or (C,).
    target: class indices, int64, (N,) or ().
    p: 1 or 2.
    margin: how far the target's score should be above the others.
    weight: (C,), a factor for each target's class.
    reduction: 'mean', 'sum' or 'none'.

Raises:
    ValueError: shapes or p do not fit. IndexError: a class is out of range. TypeError: a wrong dtype.

Source:
    Crammer, Singer: On the algorithmic implementation of multiclass kernel-based vector machines, 2001.

Example:
    >>> import dlcore
    >>> dlcore.multi_margin_loss(dlcore.tensor([[3.0, 1.0, 2.5]]), dlcore.tensor([0]))
    tensor(0.1667)
)",
      "input"_a, "target"_a, "p"_a = 1, "margin"_a = 1.0, "weight"_a = py::none(), "reduction"_a = kMean);
  f.function(
      "gaussian_nll_loss",
      [](const Tensor& x, const Tensor& target, const Tensor& var, bool full, double eps, ReductionName r) {
        const Unlocked lock(x.numel());
        return gaussian_nll_loss(x, target, var, full, eps, r.value);
      },
      R"(Compute (ln var + (input - target)^2 / var) / 2: -log of a normal density, without its constant.

Args:
    input, target: the mean and what was seen, of one shape.
    var: the variance, of input's shape; or without its last axis, or with one of size 1, where all of it have one.
    full: whether ln(2 pi) / 2 is added.
    eps: a smaller variance counts as this; the gradient passes all the same.
    reduction: 'mean', 'sum' or 'none'.

Raises:
    ValueError: shapes do not fit, a variance is negative, or eps is not positive.

Source:
    Nix, Weigend: Estimating the mean and variance of the target probability distribution, 1994.
)",
      "input"_a, "target"_a, "var"_a, "full"_a = false, "eps"_a = 1e-6, "reduction"_a = kMean);
  f.function(
      "ctc_loss",
      [](const Tensor& x, const Tensor& targets, const Lengths& inputs, const Lengths& lengths, int64_t blank,
         ReductionName r, bool zero_infinity) {
        const std::vector<int64_t> input_lengths = lengths_of("input_lengths", inputs);
        const std::vector<int64_t> target_lengths = lengths_of("target_lengths", lengths);
        const Unlocked lock(x.numel());
        return ctc_loss(x, targets, input_lengths, target_lengths, blank, r.value, zero_infinity);
      },
      kCtc, "log_probs"_a, "targets"_a, "input_lengths"_a, "target_lengths"_a, "blank"_a = 0, "reduction"_a = kMean,
      "zero_infinity"_a = false);
}

}  // namespace dlcore::bindings
