"""Pooling to a given size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from .. import _core
from .._core import Tensor
from .module import Module

Size = int | None | Sequence[int | None]


class _Adaptive(Module):
    _dims: ClassVar[int]

    def __init__(self, output_size: Size) -> None:
        super().__init__()
        sizes = [output_size] if output_size is None or isinstance(output_size, int) else list(output_size)
        if len(sizes) not in (1, self._dims) or any(size is not None and size < 0 for size in sizes):
            axes = "one size" if self._dims == 1 else f"one size or {self._dims}"
            raise ValueError(f"{type(self).__name__}: output_size expected {axes}, got {output_size}")
        self.output_size = output_size
        self._sizes = sizes * self._dims if len(sizes) == 1 else sizes

    def extra_repr(self) -> str:
        """Return the size."""
        return f"output_size={self.output_size}"


class _AdaptiveAvgPool(_Adaptive):
    _function: ClassVar[Callable[..., Tensor]]

    def forward(self, input: Tensor) -> Tensor:
        """Return the means."""
        return type(self)._function(input, self._sizes)


class _AdaptiveMaxPool(_Adaptive):
    _function: ClassVar[Callable[..., Tensor | tuple[Tensor, Tensor]]]

    def __init__(self, output_size: Size, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Return the maxima, with `return_indices` also their places in the flattened plane."""
        return type(self)._function(input, self._sizes, self.return_indices)


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """Take means of sequences (N, C, L), over windows as `AdaptiveAvgPool2d` chooses them."""

    _dims = 1
    _function = staticmethod(_core.adaptive_avg_pool1d)


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """Take means of images (N, C, H, W) over windows so chosen that the output has a given size.

    Along an axis, output i of n is the mean of elements floor(i size / n) to ceil((i + 1) size / n) - 1.

    Args:
        output_size: one number, or one per axis; None keeps a size.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.AdaptiveAvgPool2d((1, None))(dl.zeros(5, 8, 7, 7)).shape == (5, 8, 1, 7)
        True
    """

    _dims = 2
    _function = staticmethod(_core.adaptive_avg_pool2d)


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """Take means of volumes (N, C, D, H, W), over windows as `AdaptiveAvgPool2d` chooses them."""

    _dims = 3
    _function = staticmethod(_core.adaptive_avg_pool3d)


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """Take the largest elements of sequences (N, C, L), of windows as `AdaptiveMaxPool2d` chooses them."""

    _dims = 1
    _function = staticmethod(_core.adaptive_max_pool1d)


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """Take the largest elements of windows of images (N, C, H, W), chosen as by `AdaptiveAvgPool2d`.

    Args:
        output_size: one number, or one per axis; None keeps a size.
        return_indices: whether to return, too, where in its flattened plane each maximum is.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.AdaptiveMaxPool2d(2)(dl.zeros(5, 8, 7, 7)).shape == (5, 8, 2, 2)
        True
    """

    _dims = 2
    _function = staticmethod(_core.adaptive_max_pool2d)


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """Take the largest elements of volumes (N, C, D, H, W), of windows as `AdaptiveMaxPool2d` chooses them."""

    _dims = 3
    _function = staticmethod(_core.adaptive_max_pool3d)
