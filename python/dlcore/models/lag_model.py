"""A number from those before it: the linear model of the last days."""

from __future__ import annotations

from typing import Any, Self

from .._core import Tensor, cat, float32, linear, ones, zeros
from .._core import dtype as DType
from ..autograd import no_grad
from ..linalg import solve
from ..nn.flop_counts import flops
from ..nn.module import Module
from ..nn.parameter import Parameter


def lagged(x: Tensor, lags: int) -> Tensor:
    """Return the numbers that go before each number of a series: the design matrix of models of the last days.

    Row t holds x[t], ..., x[t + lags - 1], the oldest first, and belongs to the target x[t + lags], the element t of
    `x[lags:]`. It is a view: no number is copied.

    Args:
        x: series (..., T).
        lags: how many numbers go before each, at least one and less than T.

    Returns:
        A tensor (..., T - lags, lags).

    Raises:
        ValueError: lags does not fit.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import lagged
        >>> lagged(dl.tensor([1, 2, 3, 4, 5]), 3)
        tensor([[1, 2, 3],
                [2, 3, 4]])
    """
    length = x.shape[-1] if x.ndim else 0
    if not 1 <= lags < length:
        raise ValueError(f"lagged: lags expected from 1 to {length - 1} for a series of length {length}, got {lags}")
    return x[..., :-1].unfold(-1, lags, 1)


class LagModel(Module):
    r"""Predict each number of a series from the `lags` before it: :math:`y_t = b + \sum_j w_j x_{t - j}`.

    Weights start as "the same as the last number": a one for the last lag and zeros for the others. Train them as any
    other's, or `fit` them at once.

    Args:
        lags: how many numbers before are looked at.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import LagModel
        >>> x = dl.tensor([1.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0])
        >>> model = LagModel(2).fit(x)
        >>> abs(model(x)[-1].item() - 55) < 1e-2
        True
    """

    def __init__(self, lags: int, *, dtype: DType = float32) -> None:
        super().__init__()
        if lags < 1:
            raise ValueError(f"LagModel: lags expected to be positive, got {lags}")
        self.lags = lags
        self.weight = Parameter(cat([zeros(1, lags - 1, dtype=dtype), ones(1, 1, dtype=dtype)], 1))
        self.bias = Parameter(zeros(1, dtype=dtype))

    def forward(self, input: Tensor) -> Tensor:
        """Return, for series (..., T), the predictions (..., T - lags + 1) of x[lags:], and of what comes next."""
        length = input.shape[-1] if input.ndim else 0
        if length < self.lags:
            raise ValueError(f"LagModel: input expected at least {self.lags} numbers, got {length}")
        return linear(input.unfold(-1, self.lags, 1), self.weight, self.bias).squeeze(-1)

    def fit(self, x: Tensor, ridge: float = 0.0) -> Self:
        """Set weight and bias to those of the least squared error on a series (T,); return this model.

        Args:
            x: the series.
            ridge: times the squared weights, is added to the mean squared error. Where lags say the same, a small one
                is needed: without, the weights are not determined.

        Raises:
            ValueError: x is no series longer than lags.
            LinAlgError: several weights fit equally well.
        """
        if x.ndim != 1:
            raise ValueError(f"LagModel.fit: x expected shape (T,), got {tuple(x.shape)}")
        with no_grad():
            wide = x.detach().double()
            design, target = lagged(wide, self.lags), wide[self.lags :]
            # Around the means, the bias drops out, and the equations are as well conditioned as the data allow.
            centre, level = design.mean(0), target.mean()
            design, target = design - centre, target - level
            count = target.shape[0]
            gram = design.T @ design / count
            gram.diagonal().add_(ridge)
            weight = solve(gram, design.T @ target.unsqueeze(1) / count).squeeze(1)
            self.weight.copy_(weight.unsqueeze(0))
            self.bias.copy_((level - weight.dot(centre)).unsqueeze(0))
        return self

    def extra_repr(self) -> str:
        """Return the number of lags."""
        return f"lags={self.lags}"


@flops.register
def _flops(module: LagModel, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 2 * output.numel() * module.lags
