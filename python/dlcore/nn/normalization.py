"""Normalization of a sample's features."""

from __future__ import annotations

from collections.abc import Sequence

from .._core import Tensor, float32, group_norm, layer_norm, local_response_norm, ones, rms_norm, zeros
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


class RMSNorm(Module):
    r"""Divide the last axes of x by their root mean square, then scale.

    .. math:: y = \frac{x}{\sqrt{E[x^2] + \epsilon}} w

    Source: Zhang and Sennrich, Root Mean Square Layer Normalization (2019), section 4.

    Args:
        normalized_shape: the sizes of the last axes, over which the mean is taken.
        eps: added to the mean of squares; by default the distance from 1 to the next number of x's dtype.
        elementwise_affine: whether w (starting at one) exists, of shape `normalized_shape`.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.RMSNorm(2, eps=0.0)(dl.tensor([1.0, 7.0])).detach()
        tensor([0.2000, 1.4000])
    """

    weight: Parameter | None

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self.weight = Parameter(ones(self.normalized_shape, dtype=dtype)) if elementwise_affine else None

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """Return shape, eps and whether there are weights."""
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Module):
    r"""Give each group of channels of each sample (N, C, ...) zero mean and unit variance, then scale and shift.

    .. math:: y = \frac{x - E[x]}{\sqrt{Var[x] + \epsilon}} w + b

    Source: Wu and He, Group Normalization (2018), section 3.

    Args:
        num_groups: in how many groups the channels are normalized.
        num_channels: C.
        eps: added to the variance.
        affine: whether w (starting at one) and b (starting at zero) exist, of shape (C,).
        bias: whether b exists.
        dtype: float32 or float64.

    Raises:
        ValueError: num_groups does not divide num_channels.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.GroupNorm(2, 4, eps=0.0)(dl.tensor([[1.0, 3.0, 10.0, 30.0]])).detach()
        tensor([[-1.,  1., -1.,  1.]])
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(f"GroupNorm: num_groups expected to divide num_channels {num_channels}, got {num_groups}")
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        self.weight = Parameter(ones(num_channels, dtype=dtype)) if affine else None
        self.bias = Parameter(zeros(num_channels, dtype=dtype)) if affine and bias else None

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """Return sizes and settings."""
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


class LocalResponseNorm(Module):
    r"""Divide each element of x (N, C, ...) by a power of the mean square over neighbouring channels.

    .. math:: y_c = x_c \Bigl(k + \frac{\alpha}{n} \sum_{j=c - n/2}^{c + (n - 1)/2} x_j^2\Bigr)^{-\beta}

    Source: Krizhevsky, Sutskever and Hinton, ImageNet Classification with Deep CNNs (2012), section 3.3.

    Args:
        size: n, the number of channels.
        alpha, beta, k: as in the formula.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.LocalResponseNorm(2, alpha=2.0, beta=1.0)(dl.ones(1, 2, 1, 1)).flatten()
        tensor([0.5000, 0.3333])
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        if size < 1:
            raise ValueError(f"LocalResponseNorm: size expected to be positive, got {size}")
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        """Return the numbers of the formula."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
