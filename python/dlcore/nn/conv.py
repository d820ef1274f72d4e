"""Convolutions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

from .._core import Tensor, conv1d, conv2d, conv3d, empty, float32, pad
from .._core import dtype as DType
from . import init
from .axes import per_axis
from .module import Module
from .parameter import Parameter

PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]
PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class Kernels(Module):
    """What a convolution and its transpose have in common: kernels of shape (first, second / groups, sizes), a bias."""

    bias: Parameter | None
    padding: tuple[int, ...] | str
    padding_mode: PaddingMode

    def __init__(
        self,
        dims: int,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int],
        dilation: int | Sequence[int],
        groups: int,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if groups < 1:
            raise ValueError(f"{name}: groups expected to be positive, got {groups}")
        for what, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
            if channels % groups:
                raise ValueError(f"{name}: groups expected to divide {what} {channels}, got {groups}")
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = per_axis(name, "kernel_size", kernel_size, dims, 1)
        self.stride = per_axis(name, "stride", stride, dims, 1)
        self.dilation = per_axis(name, "dilation", dilation, dims, 1)
        self.groups = groups

    def _make_parameters(self, first: int, second: int, bias: bool, dtype: DType) -> None:
        self.weight = Parameter(empty(first, second // self.groups, *self.kernel_size, dtype=dtype))
        self.bias = Parameter(empty(self.out_channels, dtype=dtype)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))  # bound sqrt(6 / ((1 + a^2) fan_in)) = 1/sqrt(fan_in)
        if self.bias is not None:
            fan_in = math.prod(self.weight.shape[1:])
            bound = 1 / math.sqrt(fan_in) if fan_in > 0 else 0.0
            init.uniform_(self.bias, -bound, bound)

    def extra_repr(self) -> str:
        """Return the sizes, and the settings that are not the default."""
        zeros, ones = (0,) * len(self.stride), (1,) * len(self.stride)
        settings = (
            ("padding", self.padding, zeros),
            ("dilation", self.dilation, ones),
            ("output_padding", getattr(self, "output_padding", zeros), zeros),
            ("groups", self.groups, 1),
            ("bias", self.bias is not None, True),
            ("padding_mode", self.padding_mode, "zeros"),
        )
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        return text + "".join(f", {name}={value}" for name, value, default in settings if value != default)


class _Conv(Kernels):
    _dims: ClassVar[int]
    _function: ClassVar[Callable[..., Tensor]]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] = 1,
        padding: int | Sequence[int] | str = 0,
        dilation: int | Sequence[int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: PaddingMode = "zeros",
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__(self._dims, in_channels, out_channels, kernel_size, stride, dilation, groups)
        name = type(self).__name__
        if padding_mode not in PADDING_MODES:
            raise ValueError(f"{name}: padding_mode expected one of {', '.join(PADDING_MODES)}, got {padding_mode!r}")
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise ValueError(f"{name}: padding expected 'same', 'valid' or numbers, got {padding!r}")
            if padding == "same" and any(step != 1 for step in self.stride):
                raise ValueError(f"{name}: padding 'same' expected stride 1, got {self.stride}")
            self.padding = padding
        else:
            self.padding = per_axis(name, "padding", padding, self._dims, 0)
        self.padding_mode = padding_mode
        self._widths = self._pad_widths()
        self._make_parameters(out_channels, in_channels, bias, dtype)

    def _pad_widths(self) -> tuple[int, ...]:
        """Return (before, behind) of the last axis, then of the one before it, as `pad` takes them."""
        spans = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_size, strict=True)]
        if self.padding == "same":
            sides = [(span // 2, span - span // 2) for span in spans]
        elif self.padding == "valid":
            sides = [(0, 0)] * len(spans)
        else:
            sides = [(int(p), int(p)) for p in self.padding]
        return tuple(width for side in reversed(sides) for width in side)

    def forward(self, input: Tensor) -> Tensor:
        """Return y of shape (N, out_channels, ...) for x of shape (N, in_channels, ...), or both without N."""
        padding = self.padding
        if self.padding_mode != "zeros":
            input, padding = pad(input, self._widths, self.padding_mode), 0
        return type(self)._function(input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)


class Conv1d(_Conv):
    """Correlate sequences (N, C, L) with learnt kernels; the arguments are those of `Conv2d`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.Conv1d(3, 8, 5, padding="same", padding_mode="circular")(dl.zeros(2, 3, 20)).shape == (2, 8, 20)
        True
    """

    _dims = 1
    _function = staticmethod(conv1d)


class Conv2d(_Conv):
    r"""Correlate images (N, C, H, W) with learnt kernels.

    .. math:: y_{n,c,p} = b_c + \sum_{i,k} w_{c,i,k}\, x_{n,i,\,p s - \pi + k d}

    for stride s, padding :math:`\pi` and dilation d. `weight` of shape (out_channels, in_channels / groups, kernel
    sizes) and `bias` of shape (out_channels,) are drawn from the uniform distribution over
    [-1/sqrt(f), 1/sqrt(f)], with f = in_channels / groups * kernel sizes.
    Source: LeCun et al., Gradient-Based Learning Applied to Document Recognition (1998), section II.A.

    Args:
        in_channels: C of x.
        out_channels: C of y.
        kernel_size: one number, or one per axis; so are stride, padding and dilation.
        stride: how far the kernel moves from one element of y to the next.
        padding: what is added on both sides of each axis; "valid" is none, "same" keeps x's size (for stride 1).
        dilation: how far the kernel's elements are apart.
        groups: into so many parts the channels are divided, each computed from its own.
        bias: whether b is added.
        padding_mode: "zeros", "reflect" (without the edge), "replicate" (the edge) or "circular".
        dtype: float32 or float64.

    Raises:
        ValueError: groups does not divide the channels, or a setting is out of its range.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.Conv2d(1, 8, kernel_size=3, stride=2, padding=1)(dl.zeros(5, 1, 28, 28)).shape == (5, 8, 14, 14)
        True
    """

    _dims = 2
    _function = staticmethod(conv2d)


class Conv3d(_Conv):
    """Correlate volumes (N, C, D, H, W) with learnt kernels; the arguments are those of `Conv2d`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.Conv3d(1, 4, kernel_size=(1, 3, 3))(dl.zeros(2, 1, 6, 8, 8)).shape == (2, 4, 6, 6, 6)
        True
    """

    _dims = 3
    _function = staticmethod(conv3d)
