"""Any curve as a sum of bent steps: the smallest network, one hidden layer, as a function from pieces."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Self

from .._core import Tensor, cat, empty, float32, hardsigmoid, linear, relu, sigmoid, tensor, zeros
from .._core import dtype as DType
from .._extras import axes_for
from ..autograd import no_grad
from ..nn import init
from ..nn.flop_counts import flops
from ..nn.module import Module
from ..nn.parameter import Parameter

_FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": sigmoid,
    "hard_sigmoid": hardsigmoid,
    "relu": relu,
}


class PiecewiseCurve(Module):
    r"""Add up pieces: :math:`y = b + \sum_i c_i\, \sigma(b_i + w_i \cdot x)`.

    The function of a piece is a sigmoid, the hard sigmoid min(max(z + 3, 0), 6) / 6, or a pair of ReLU, of which each
    has weights of its own, so that there are twice as many. Sums of enough of them come as close as one likes to any
    continuous curve (Cybenko, Approximation by superpositions of a sigmoidal function, 1989); those of the last two
    kinds are all piecewise linear curves, see `through`.

    `weight` w (units, in_features), `bias` (units,), `coefficient` c (1, units) and `offset` b (1,) start as those of
    two layers `Linear`.

    Args:
        count: how many pieces there are.
        in_features: features of x.
        pieces: "sigmoid", "hard_sigmoid" or "relu".
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import PiecewiseCurve
        >>> curve = PiecewiseCurve.through([0.0, 1.0, 3.0], [2.0, 4.0, 0.0])
        >>> curve(dl.tensor([[-1.0], [0.5], [2.0], [5.0]])).detach().round()
        tensor([2., 3., 2., 0.])
    """

    def __init__(self, count: int, in_features: int = 1, pieces: str = "sigmoid", *, dtype: DType = float32) -> None:
        super().__init__()
        if pieces not in _FUNCTIONS:
            raise ValueError(f"PiecewiseCurve: pieces expected 'sigmoid', 'hard_sigmoid' or 'relu', got {pieces!r}")
        for what, value in (("count", count), ("in_features", in_features)):
            if value < 1:
                raise ValueError(f"PiecewiseCurve: {what} expected to be positive, got {value}")
        self.count = count
        self.in_features = in_features
        self.pieces = pieces
        units = 2 * count if pieces == "relu" else count
        self.weight = Parameter(empty(units, in_features, dtype=dtype))
        self.bias = Parameter(empty(units, dtype=dtype))
        self.coefficient = Parameter(empty(1, units, dtype=dtype))
        self.offset = Parameter(empty(1, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all parameters anew."""
        inside, outside = 1 / math.sqrt(self.in_features), 1 / math.sqrt(self.coefficient.shape[1])
        for parameter, bound in (
            (self.weight, inside),
            (self.bias, inside),
            (self.coefficient, outside),
            (self.offset, outside),
        ):
            init.uniform_(parameter, -bound, bound)

    @classmethod
    def through(
        cls, x: Sequence[float], y: Sequence[float], pieces: str = "hard_sigmoid", *, dtype: DType = float32
    ) -> Self:
        """Return the piecewise linear curve through the knots (x, y), constant before the first and behind the last.

        Each piece is a step from one knot to the next, as high as y rises there.

        Args:
            x: two or more knots, rising.
            y: the curve's value at each.
            pieces: "hard_sigmoid" or "relu".
            dtype: float32 or float64.

        Raises:
            ValueError: the knots do not rise, x and y differ in length, or pieces of this kind cannot do it.
        """
        xs, ys = [float(v) for v in x], [float(v) for v in y]
        if len(xs) != len(ys) or len(xs) < 2:
            raise ValueError(
                f"PiecewiseCurve: x and y expected the same two or more knots, got {len(xs)} and {len(ys)}"
            )
        if any(not a < b for a, b in pairwise(xs)):
            raise ValueError(f"PiecewiseCurve: x expected to rise, got {xs}")
        if pieces == "sigmoid":
            raise ValueError(
                "PiecewiseCurve: pieces expected 'hard_sigmoid' or 'relu' for exact corners, got 'sigmoid'"
            )
        curve = cls(len(xs) - 1, 1, pieces, dtype=dtype)
        weights, biases, coefficients = [], [], []
        for k in range(len(xs) - 1):
            slope, rise = 1 / (xs[k + 1] - xs[k]), ys[k + 1] - ys[k]
            if pieces == "relu":  # up from the first knot on, and as steeply down from the second
                weights += [slope, slope]
                biases += [-slope * xs[k], -slope * xs[k + 1]]
                coefficients += [rise, -rise]
            else:  # min(max(z + 3, 0), 6) / 6 rises from z = -3 to z = 3
                weights.append(6 * slope)
                biases.append(-3 * slope * (xs[k] + xs[k + 1]))
                coefficients.append(rise)
        with no_grad():
            for parameter, values in (
                (curve.weight, [[w] for w in weights]),
                (curve.bias, biases),
                (curve.coefficient, [coefficients]),
                (curve.offset, ys[:1]),
            ):
                parameter.copy_(tensor(values, dtype=dtype))
        return curve

    def _units(self, x: Tensor) -> Tensor:
        if x.ndim == 0 or x.shape[-1] != self.in_features:
            raise ValueError(f"PiecewiseCurve: input expected shape (..., {self.in_features}), got {tuple(x.shape)}")
        return _FUNCTIONS[self.pieces](linear(x, self.weight, self.bias))

    def forward(self, input: Tensor) -> Tensor:
        """Return y of shape (...) for x of shape (..., in_features)."""
        return linear(self._units(input), self.coefficient, self.offset).squeeze(-1)

    def parts(self, x: Tensor) -> Tensor:
        """Return what y is the sum of, (..., 1 + count) for x (..., in_features): the offset, and each piece."""
        each = self._units(x) * self.coefficient
        if self.pieces == "relu":
            each = each.unflatten(-1, (self.count, 2)).sum(-1)
        offset = zeros(*each.shape[:-1], 1, dtype=each.dtype) + self.offset
        return cat([offset, each], -1)

    def draw(self, x: Tensor, axes: Any = None) -> Any:
        """Draw the pieces and, thick, their sum, over points x (T, 1) or (T,), with matplotlib.

        Args:
            x: where to draw.
            axes: matplotlib's Axes; new ones if left out.

        Returns:
            The axes.

        Raises:
            ImportError: matplotlib is not installed.
            ValueError: the curve is of more than one feature.
        """
        if self.in_features != 1:
            raise ValueError(f"PiecewiseCurve: draw expected one feature, got {self.in_features}")
        axes = axes_for("PiecewiseCurve.draw", axes)
        points = x.detach().reshape(-1, 1)
        with no_grad():
            parts = self.parts(points)
        at = points[:, 0].numpy()
        axes.plot(at, parts.numpy(), linewidth=1)
        axes.plot(at, parts.sum(-1).numpy(), color="black", linewidth=2.5)
        return axes

    def extra_repr(self) -> str:
        """Return the number and kind of pieces."""
        return f"{self.count}, in_features={self.in_features}, pieces={self.pieces!r}"


@flops.register
def _flops(module: PiecewiseCurve, inputs: tuple[Any, ...], output: Tensor) -> int:
    units = module.coefficient.shape[1]
    return output.numel() * units * (2 * module.in_features + 1 + 2)
