"""Normalization over features."""

from __future__ import annotations

from collections.abc import Sequence

from .._core import Tensor, float32, layer_norm, ones, zeros
from .._core import dtype as DType
from .module import Module
from .parameter import Parameter


class LayerNorm(Module):
    r"""Give the last axes of x zero mean and unit variance, then scale and shift.

    .. math:: y = \frac{x - E[x]}{\sqrt{Var[x] + \epsilon}} w + b

    Source: Ba, Kiros and Hinton, Layer Normalization (2016), section 3.

    Args:
        normalized_shape: the sizes of the last axes, over which mean and (biased) variance are taken.
        eps: added to the variance.
        elementwise_affine: whether w (starting at one) and b (starting at zero) exist, of shape `normalized_shape`.
        bias: whether b exists.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> y = nn.LayerNorm(8)(dl.randn(4, 8))
        >>> bool((y.mean(-1).abs() < 1e-6).all())
        True
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self.weight = Parameter(ones(self.normalized_shape, dtype=dtype)) if elementwise_affine else None
        self.bias = Parameter(zeros(self.normalized_shape, dtype=dtype)) if elementwise_affine and bias else None

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """Return shape, eps and whether there are weights."""
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
