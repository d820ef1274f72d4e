"""Transposed convolutions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

from .._core import Tensor, conv_transpose1d, conv_transpose2d, conv_transpose3d, float32
from .._core import dtype as DType
from .axes import per_axis
from .conv import Kernels


class _ConvTranspose(Kernels):
    _dims: ClassVar[int]
    _function: ClassVar[Callable[..., Tensor]]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] = 1,
        padding: int | Sequence[int] = 0,
        output_padding: int | Sequence[int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | Sequence[int] = 1,
        padding_mode: Literal["zeros"] = "zeros",
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__(self._dims, in_channels, out_channels, kernel_size, stride, dilation, groups)
        name = type(self).__name__
        if padding_mode != "zeros":
            raise ValueError(f"{name}: padding_mode expected 'zeros', got {padding_mode!r}")
        self.padding = per_axis(name, "padding", padding, self._dims, 0)
        self.output_padding = per_axis(name, "output_padding", output_padding, self._dims, 0)
        limits = [max(pair) for pair in zip(self.stride, self.dilation, strict=True)]
        if any(more >= limit for more, limit in zip(self.output_padding, limits, strict=True)):
            raise ValueError(
                f"{name}: output_padding expected to be less than stride {self.stride} or dilation {self.dilation}, "
                f"got {output_padding}"
            )
        self.padding_mode = padding_mode
        self._make_parameters(in_channels, out_channels, bias, dtype)

    def _output_padding_for(self, input: Tensor, output_size: Sequence[int]) -> tuple[int, ...]:
        """Return what makes the result of the size asked for."""
        name, wanted = type(self).__name__, tuple(output_size)
        if len(wanted) == input.ndim:
            wanted = wanted[-self._dims :]
        if len(wanted) != self._dims:
            raise ValueError(f"{name}: output_size expected {self._dims} or {input.ndim} numbers, got {output_size}")
        axes = zip(input.shape[-self._dims :], self.stride, self.padding, self.dilation, self.kernel_size, strict=True)
        least = [(n - 1) * s - 2 * p + d * (k - 1) + 1 for n, s, p, d, k in axes]
        most = [size + max(s, d) - 1 for size, s, d in zip(least, self.stride, self.dilation, strict=True)]
        if any(not low <= size <= high for low, size, high in zip(least, wanted, most, strict=True)):
            raise ValueError(f"{name}: output_size expected from {tuple(least)} to {tuple(most)}, got {wanted}")
        return tuple(size - low for size, low in zip(wanted, least, strict=True))

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """Return y of shape (N, out_channels, ...) for x of shape (N, in_channels, ...), or both without N.

        Args:
            input: x.
            output_size: the sizes of y's axes, in place of `output_padding`; N and channels may stand before them.
        """
        more = self.output_padding
        if output_size is not None:
            more = self._output_padding_for(input, output_size)
        options = (self.stride, self.padding, more, self.groups, self.dilation)
        return type(self)._function(input, self.weight, self.bias, *options)


class ConvTranspose1d(_ConvTranspose):
    """Spread kernels over sequences (N, C, L); the arguments are those of `ConvTranspose2d`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.ConvTranspose1d(4, 2, kernel_size=4, stride=2, padding=1)(dl.zeros(3, 4, 10)).shape == (3, 2, 20)
        True
    """

    _dims = 1
    _function = staticmethod(conv_transpose1d)


class ConvTranspose2d(_ConvTranspose):
    """Spread kernels over images (N, C, H, W): the gradient of `Conv2d` with respect to its input, as a layer.

    An axis of size n becomes one of (n - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1. `weight`
    of shape (in_channels, out_channels / groups, kernel sizes) and `bias` of shape (out_channels,) are drawn from the
    uniform distribution over [-1/sqrt(f), 1/sqrt(f)], with f = out_channels / groups * kernel sizes.
    Source: Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016), chapter 4.

    Args:
        in_channels: C of x.
        out_channels: C of y.
        kernel_size: one number, or one per axis; so are stride, padding, output_padding and dilation.
        stride: how far the places of x's neighbours are apart in y.
        padding: how much is cut off on both sides of each axis.
        output_padding: how much is added behind each axis; less than stride or dilation.
        groups: into so many parts the channels are divided, each computed from its own.
        bias: whether b is added.
        dilation: how far the kernel's elements are apart.
        padding_mode: "zeros".
        dtype: float32 or float64.

    Raises:
        ValueError: groups does not divide the channels, or a setting is out of its range.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> up = nn.ConvTranspose2d(8, 1, kernel_size=3, stride=2, padding=1)
        >>> up(dl.zeros(5, 8, 14, 14), output_size=(28, 28)).shape == (5, 1, 28, 28)
        True
    """

    _dims = 2
    _function = staticmethod(conv_transpose2d)


class ConvTranspose3d(_ConvTranspose):
    """Spread kernels over volumes (N, C, D, H, W); the arguments are those of `ConvTranspose2d`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.ConvTranspose3d(4, 2, kernel_size=2, stride=2)(dl.zeros(1, 4, 3, 4, 5)).shape == (1, 2, 6, 8, 10)
        True
    """

    _dims = 3
    _function = staticmethod(conv_transpose3d)
