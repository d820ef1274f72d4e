"""What models of p(x | class) share: priors, Bayes' rule, and the linear layer that some of them amount to."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from copy import deepcopy
from typing import Any, ClassVar, Self

import numpy as np

from .._core import Tensor, as_tensor, float32, float64, log_softmax, logsumexp, one_hot, softmax, tensor, zeros
from .._core import dtype as DType
from ..autograd import no_grad
from ..nn.linear import Linear
from ..nn.module import Module
from ..nn.parameter import Parameter


class ClassConditional(Module):
    r"""Tell classes apart by a model of each: :math:`p(c \mid x) = p(c)\,p(x \mid c) / \sum_k p(k)\,p(x \mid k)`.

    A subclass says what p(x | c) is, in `_log_likelihood`, and how it is fitted, in `_fit`. The outputs of `forward`
    are log p(x, c). Their `nll_loss` is the mean negative log-likelihood of samples and classes, whose minimum `fit`
    finds at once; their `cross_entropy` trains the same parameters to tell classes apart, and no more
    (discriminatively).

    `log_prior` (classes,) holds log p(c), up to a constant that cancels. All methods take arrays, lists and integers as
    well as tensors, and read them as numbers of the model's dtype.

    Args:
        in_features: features of x.
        classes: how many classes there are.
        dtype: float32 or float64.

    Attributes:
        floored: how many directions (Gaussian) or features (Bernoulli) of each estimate the last `fit` had to lift to
            its floor, as a tuple with one number for each estimate.
    """

    eps: float
    _floor_warning: ClassVar[str]

    def __init__(self, in_features: int, classes: int, *, dtype: DType = float32) -> None:
        super().__init__()
        for what, value, least in (("in_features", in_features, 1), ("classes", classes, 2)):
            if value < least:
                raise ValueError(f"{type(self).__name__}: {what} expected at least {least}, got {value}")
        self.in_features = in_features
        self.classes = classes
        self.log_prior = Parameter(zeros(classes, dtype=dtype))
        self.floored: tuple[int, ...] = ()

    def log_likelihood(self, x: Any) -> Tensor:
        """Return log p(x | c), (..., classes), for x (..., in_features)."""
        if not (isinstance(x, Tensor) and x.dtype.is_floating_point):
            x = as_tensor(x, dtype=self.log_prior.dtype)
        if x.ndim == 0 or x.shape[-1] != self.in_features:
            raise ValueError(
                f"{type(self).__name__}: input expected shape (..., {self.in_features}), got {tuple(x.shape)}"
            )
        rows = x.reshape(-1, self.in_features)
        return self._log_likelihood(rows).reshape(*x.shape[:-1], self.classes)

    def forward(self, input: Any) -> Tensor:
        """Return log p(x, c), (..., classes), for x (..., in_features)."""
        return self.log_likelihood(input) + log_softmax(self.log_prior, 0)

    def posterior(self, x: Any) -> Tensor:
        """Return p(c | x), (..., classes), for x (..., in_features)."""
        return softmax(self.forward(x), -1)

    def log_posterior(self, x: Any) -> Tensor:
        """Return log p(c | x), (..., classes), for x (..., in_features)."""
        return log_softmax(self.forward(x), -1)

    def log_evidence(self, x: Any) -> Tensor:
        """Return log p(x), (...), for x (..., in_features): how well any class explains it."""
        return logsumexp(self.forward(x), -1)

    def predict(self, x: Any) -> Tensor:
        """Return the most probable class, int64 (...), for x (..., in_features)."""
        return self.forward(x).argmax(-1)

    def fit(self, x: Any, y: Any, prior: Sequence[float] | None = None) -> Self:
        """Set the parameters to those of maximum likelihood; return this model.

        Args:
            x: samples (N, in_features), a tensor or an array. Computed with in float64.
            y: their classes (N,), integers from 0 on; each class occurs.
            prior: p(c) of each class; how often classes occur, if left out.

        Raises:
            ValueError: shapes do not fit, a number is not finite, a class does not occur or is out of range, the prior
                is none, or the model's dtype does not hold a parameter. The model is as it was.
        """
        x, y, counts = self._checked(x, y)
        chances = counts / counts.sum()
        if prior is not None:
            chances = as_chances(f"{type(self).__name__}.fit: prior", prior, self.classes)
        with no_grad():
            fitted, floored = self._fit(x, y, counts)
            fitted["log_prior"] = chances.log()
            narrow = {name: values.to(self.log_prior.dtype) for name, values in fitted.items()}
            for name, values in narrow.items():
                if not values.isfinite().all():
                    raise ValueError(
                        f"{type(self).__name__}.fit: {name} expected finite numbers in {values.dtype}, "
                        f"got up to {fitted[name].abs().max().item():.3g}; x needs another unit"
                    )
            if total := int(floored.sum().item()):  # before the change: where warnings are errors there is none
                warnings.warn(self._floor_warning.format(total=total, eps=self.eps), RuntimeWarning, stacklevel=2)
            for name, values in narrow.items():
                getattr(self, name).copy_(values)
        self.floored = tuple(floored.tolist())
        return self

    def to_linear(self) -> Linear:
        r"""Return the layer whose sigmoid or softmax is the posterior.

        There is one where log p(x, c) is linear but for what all classes have in common. Of two classes,
        `Linear(in_features, 1)` with :math:`p(1 \mid x) = \sigma(w \cdot x + b)`; of more,
        `Linear(in_features, classes)` with the posterior as its softmax. It has parameters of its own, to train on.

        Raises:
            ValueError: the posterior of this model is not of that kind.
        """
        with no_grad():
            wide = deepcopy(self).double()
            weight, bias = wide._linear()
            bias = bias + log_softmax(wide.log_prior, 0)
            if self.classes == 2:
                weight, bias = weight[1:] - weight[:1], bias[1:] - bias[:1]
        layer = Linear(self.in_features, 0)  # without outputs it draws no weights, which nobody would see
        layer.out_features = weight.shape[0]
        layer.weight, layer.bias = (Parameter(values.to(self.log_prior.dtype)) for values in (weight, bias))
        return layer

    def _log_likelihood(self, x: Tensor) -> Tensor:
        """Return log p(x | c), (N, classes), for rows x (N, in_features)."""
        raise NotImplementedError(f"{type(self).__name__}: log_likelihood is not defined")

    def _fit(self, x: Tensor, y: Tensor, counts: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """Return what p(x | c) depends on, by the parameter's name, and how often the floor acted on each estimate.

        Args:
            x: samples (N, D), float64.
            y: classes (N,), int64.
            counts: samples of each class (C,), float64.
        """
        raise NotImplementedError(f"{type(self).__name__}: fit is not defined")

    def _linear(self) -> tuple[Tensor, Tensor]:
        """Return weight (C, D) and bias (C,) of log p(x | c) but for what all classes have in common."""
        raise NotImplementedError(f"{type(self).__name__}: to_linear is not defined")

    def _class_sums(self, x: Tensor, y: Tensor) -> Tensor:
        return one_hot(y, self.classes).double().T @ x

    def _checked(self, x: Any, y: Any) -> tuple[Tensor, Tensor, Tensor]:
        name = f"{type(self).__name__}.fit"
        x, y = as_tensor(x).detach(), as_tensor(y)
        if x.ndim != 2 or x.shape[1] != self.in_features or x.shape[0] == 0:
            raise ValueError(f"{name}: x expected shape (N, {self.in_features}) with N > 0, got {tuple(x.shape)}")
        if tuple(y.shape) != (x.shape[0],):
            raise ValueError(f"{name}: y expected shape ({x.shape[0]},), got {tuple(y.shape)}")
        if y.dtype.is_floating_point:
            raise ValueError(f"{name}: y expected integers, got {y.dtype}")
        if not x.isfinite().all():
            raise ValueError(f"{name}: x expected to be finite")
        if x.dtype.is_floating_point:
            sizes, least = np.abs(x.numpy()).max(0), np.finfo(x.numpy().dtype).tiny
            if ((sizes > 0) & (sizes < least)).any():  # which kernels take for 0
                raise ValueError(f"{name}: x expected features that reach {least:.3g} in {x.dtype}, or all of them 0")
        x, y = x.double(), y.long()
        if y.min() < 0 or y.max() >= self.classes:
            raise ValueError(
                f"{name}: y expected classes from 0 to {self.classes - 1}, got {y.min().item()} to {y.max().item()}"
            )
        counts = one_hot(y, self.classes).sum(0)
        if counts.min() == 0:
            raise ValueError(f"{name}: y expected each class at least once, got none of class {counts.argmin().item()}")
        return x, y, counts.double()


def as_chances(name: str, prior: Any, classes: int) -> Tensor:
    """Return a probability of each class as float64 (classes,), or say of the argument `name` that it is none."""
    try:
        chances = tensor(prior, dtype=float64)
    except (TypeError, ValueError):
        chances = zeros(0, dtype=float64)
    if tuple(chances.shape) != (classes,) or not chances.min() > 0 or abs(chances.sum().item() - 1) > 1e-6:
        raise ValueError(f"{name} expected {classes} positive numbers of sum 1, got {prior!r}")
    return chances
