"""Modules that change the shape alone."""

from __future__ import annotations

from collections.abc import Sequence

from .._core import Tensor
from .module import Module


class Flatten(Module):
    """Join the axes `start_dim` to `end_dim` into one.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.Flatten()(dl.zeros(5, 28, 28)).shape == (5, 784)
        True
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Tensor) -> Tensor:
        """Return x with the axes joined."""
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        """Return the axes."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Split the axis `dim` into axes of the sizes `unflattened_size`, one of which may be -1.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.Unflatten(1, (28, 28))(dl.zeros(5, 784)).shape == (5, 28, 28)
        True
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        super().__init__()
        self.dim = dim
        self.unflattened_size = tuple(unflattened_size)

    def forward(self, input: Tensor) -> Tensor:
        """Return x with the axis split."""
        shape = tuple(input.shape)
        if not -len(shape) <= self.dim < len(shape):
            raise IndexError(f"Unflatten: axis {self.dim} is out of range for shape {shape}")
        dim = self.dim % len(shape)
        return input.reshape(shape[:dim] + self.unflattened_size + shape[dim + 1 :])

    def extra_repr(self) -> str:
        """Return axis and sizes."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
