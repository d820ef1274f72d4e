"""Noise that keeps features from relying on one another."""

from __future__ import annotations

from typing import ClassVar

from .._core import Tensor, dropout, ones
from .module import Module


class Dropout(Module):
    r"""Set each element to zero with probability p and scale the rest by 1 / (1 - p), while training.

    In evaluation the input passes unchanged.
    Source: Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting (2014), section 10.

    Args:
        p: the probability, in [0, 1].
        inplace: whether the input is overwritten.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.Dropout(0.5).eval()(dl.ones(3)).tolist()
        [1.0, 1.0, 1.0]
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"{type(self).__name__}: p expected a probability in [0, 1], got {p}")
        self.p = p
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """Return the probability, and whether it is in place."""
        return f"p={self.p}" + (", inplace=True" if self.inplace else "")


class _ChannelDropout(Dropout):
    _rank: ClassVar[int]  # of a batch (N, C, ...)
    _unbatched: ClassVar[bool]  # whether (C, ...) is taken, too

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        unbatched = self._unbatched and input.ndim == self._rank - 1
        if input.ndim != self._rank and not unbatched:
            ranks = f"{self._rank - 1} or {self._rank}" if self._unbatched else str(self._rank)
            raise ValueError(
                f"{type(self).__name__}: input expected {ranks} dimensions, got shape {tuple(input.shape)}"
            )
        if not self.training or self.p == 0:
            return input
        channels = 1 if unbatched else 2
        shape = (*input.shape[:channels], *[1] * (input.ndim - channels))
        mask = dropout(ones(shape, dtype=input.dtype), self.p)
        return input.mul_(mask) if self.inplace else input * mask


class Dropout1d(_ChannelDropout):
    """Set whole channels of sequences (N, C, L) or (C, L) to zero; the arguments are those of `Dropout`."""

    _rank = 3
    _unbatched = True


class Dropout2d(_ChannelDropout):
    """Set whole channels of images (N, C, H, W) to zero with probability p and scale the rest by 1 / (1 - p).

    Neighbouring pixels tell much the same, so that the noise of `Dropout` would hardly be missed; a channel is. The
    arguments are those of `Dropout`.
    Source: Tompson et al., Efficient Object Localization Using Convolutional Networks (2015), section 3.2.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> y = nn.Dropout2d(0.5)(dl.ones(1, 8, 2, 2))
        >>> bool(((y == 0) | (y == 2)).all()), bool((y == y[:, :, :1, :1]).all())
        (True, True)
    """

    _rank = 4
    _unbatched = False  # PyTorch takes (N, C, L) for it, which Dropout1d is for


class Dropout3d(_ChannelDropout):
    """Set whole channels of volumes (N, C, D, H, W) or (C, D, H, W) to zero; the arguments are those of `Dropout`."""

    _rank = 5
    _unbatched = True
