"""Affine maps."""

from __future__ import annotations

import math

from .._core import Tensor, empty, float32, linear
from .._core import dtype as DType
from . import init
from .module import Module
from .parameter import Parameter


class Linear(Module):
    r"""Map the last axis of x by :math:`y = x W^T + b`.

    `weight` of shape (out_features, in_features) and `bias` of shape (out_features,) are drawn from the uniform
    distribution over [-1/sqrt(in_features), 1/sqrt(in_features)].

    Args:
        in_features: size of x's last axis.
        out_features: size of y's last axis.
        bias: whether b is added.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.Linear(4, 2)(dl.zeros(3, 4)).shape == (3, 2)
        True
    """

    bias: Parameter | None

    def __init__(self, in_features: int, out_features: int, bias: bool = True, *, dtype: DType = float32) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(empty(out_features, in_features, dtype=dtype))
        self.bias = Parameter(empty(out_features, dtype=dtype)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))  # bound sqrt(6 / ((1 + a^2) fan_in)) = 1/sqrt(fan_in)
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features) if self.in_features > 0 else 0.0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor, activation: str | None = None) -> Tensor:
        """Return y of shape (..., out_features) for x of shape (..., in_features).

        Args:
            input: x.
            activation: what is applied to y while it is in cache; see `functional.linear`.
        """
        if activation is None:
            return linear(input, self.weight, self.bias)
        return linear(input, self.weight, self.bias, activation=activation)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
