"""Max pooling undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from .. import _core
from .._core import Tensor
from .axes import per_axis
from .module import Module


class _MaxUnpool(Module):
    _dims: ClassVar[int]
    _function: ClassVar[Callable[..., Tensor]]

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] | None = None,
        padding: int | Sequence[int] = 0,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        name = type(self).__name__
        per_axis(name, "kernel_size", kernel_size, self._dims, 1)
        per_axis(name, "stride", self.stride, self._dims, 1)
        per_axis(name, "padding", padding, self._dims, 0)

    def forward(self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """Return x's elements at the places `indices`, among zeros.

        Args:
            input: x, as pooling returned it.
            indices: int64, of x's shape, as pooling returned them.
            output_size: of the planes or of the whole output, where it is not the smallest that pools to x's.
        """
        size = None if output_size is None else tuple(output_size)
        return type(self)._function(input, indices, self.kernel_size, self.stride, self.padding, size)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """Put each element where `MaxPool1d` found it, and zeros elsewhere; the arguments are those of `MaxUnpool2d`."""

    _dims = 1
    _function = staticmethod(_core.max_unpool1d)


class MaxUnpool2d(_MaxUnpool):
    """Put each element where `MaxPool2d` found it, and zeros elsewhere.

    Source: Zeiler and Fergus, Visualizing and Understanding Convolutional Networks (2014), section 2.1.

    Args:
        kernel_size: what the pooling was given; so are stride and padding.
        stride: by default kernel_size.
        padding: how much stood on each side.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> y, indices = nn.MaxPool2d(2, return_indices=True)(dl.tensor([[[[1.0, 2.0], [3.0, 6.0]]]]))
        >>> nn.MaxUnpool2d(2)(y, indices).tolist()
        [[[[0.0, 0.0], [0.0, 6.0]]]]
    """

    _dims = 2
    _function = staticmethod(_core.max_unpool2d)


class MaxUnpool3d(_MaxUnpool):
    """Put each element where `MaxPool3d` found it, and zeros elsewhere; the arguments are those of `MaxUnpool2d`."""

    _dims = 3
    _function = staticmethod(_core.max_unpool3d)
