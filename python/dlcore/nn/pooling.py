"""Pooling over windows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from .. import _core
from .._core import Tensor
from .axes import per_axis
from .module import Module


class _MaxPool(Module):
    _dims: ClassVar[int]
    _function: ClassVar[Callable[..., Tensor | tuple[Tensor, Tensor]]]

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] | None = None,
        padding: int | Sequence[int] = 0,
        dilation: int | Sequence[int] = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode
        _check_windows(self, dilation)

    def forward(self, input: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Return the maxima, with `return_indices` also their places in the flattened plane."""
        options = (self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices)
        return type(self)._function(input, *options)

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


def _check_windows(pool: _MaxPool | _AvgPool, dilation: int | Sequence[int] = 1) -> None:
    name = type(pool).__name__
    kernel = per_axis(name, "kernel_size", pool.kernel_size, pool._dims, 1)
    per_axis(name, "stride", pool.stride, pool._dims, 1)
    padding = per_axis(name, "padding", pool.padding, pool._dims, 0)
    per_axis(name, "dilation", dilation, pool._dims, 1)
    if any(2 * p > k for p, k in zip(padding, kernel, strict=True)):
        raise ValueError(f"{name}: padding expected at most half of kernel_size {kernel}, got {pool.padding}")


class MaxPool1d(_MaxPool):
    """Take the largest element of each window of sequences (N, C, L); the arguments are those of `MaxPool2d`."""

    _dims = 1
    _function = staticmethod(_core.max_pool1d)


class MaxPool2d(_MaxPool):
    """Take the largest element of each window of images (N, C, H, W).

    Args:
        kernel_size: the size of a window: one number, or one per axis; so are stride, padding and dilation.
        stride: how far apart windows begin; by default kernel_size.
        padding: how many elements that no window takes stand on each side, at most half a window.
        dilation: how far apart the elements of a window are.
        return_indices: whether to return, too, where in its flattened plane each maximum is; `MaxUnpool2d` takes them.
        ceil_mode: whether a last window may reach beyond the padding.

    Raises:
        ValueError: a setting is out of its range.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.MaxPool2d(2)(dl.zeros(5, 8, 28, 28)).shape == (5, 8, 14, 14)
        True
    """

    _dims = 2
    _function = staticmethod(_core.max_pool2d)


class MaxPool3d(_MaxPool):
    """Take the largest element of each window of volumes (N, C, D, H, W); the arguments are those of `MaxPool2d`."""

    _dims = 3
    _function = staticmethod(_core.max_pool3d)


class _AvgPool(Module):
    _dims: ClassVar[int]
    _function: ClassVar[Callable[..., Tensor]]
    divisor_override: int | None = None

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] | None = None,
        padding: int | Sequence[int] = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        _check_windows(self)

    def forward(self, input: Tensor) -> Tensor:
        """Return the means."""
        options = (self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)
        return type(self)._function(input, *options, self.divisor_override)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _DividedAvgPool(_AvgPool):
    def __init__(
        self,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] | None = None,
        padding: int | Sequence[int] = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)
        if divisor_override == 0:
            raise ValueError(f"{type(self).__name__}: divisor_override expected not to be 0, got 0")
        self.divisor_override = divisor_override


class AvgPool1d(_AvgPool):
    """Take the mean of each window of sequences (N, C, L); arguments as `AvgPool2d`, without `divisor_override`."""

    _dims = 1
    _function = staticmethod(_core.avg_pool1d)


class AvgPool2d(_DividedAvgPool):
    """Take the mean of each window of images (N, C, H, W).

    Args:
        kernel_size: the size of a window: one number, or one per axis; so are stride and padding.
        stride: how far apart windows begin; by default kernel_size.
        padding: how many zeros stand on each side, at most half a window.
        ceil_mode: whether a last window may reach beyond the padding; what is beyond it never counts.
        count_include_pad: whether the zeros of padding count as elements.
        divisor_override: what to divide sums by, instead of the number of elements.

    Raises:
        ValueError: a setting is out of its range.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.AvgPool2d(2)(dl.tensor([[[[1.0, 2.0], [3.0, 6.0]]]])).item()
        3.0
    """

    _dims = 2
    _function = staticmethod(_core.avg_pool2d)


class AvgPool3d(_DividedAvgPool):
    """Take the mean of each window of volumes (N, C, D, H, W); the arguments are those of `AvgPool2d`."""

    _dims = 3
    _function = staticmethod(_core.avg_pool3d)
