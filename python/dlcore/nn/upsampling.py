"""Larger images from smaller ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .._core import Tensor, interpolate
from .module import Module

_MODES = ("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area")


class Upsample(Module):
    """Resample (N, C, W), (N, C, H, W) or (N, C, D, H, W) to another size.

    Args:
        size: the new sizes, or one for all axes; or give
        scale_factor: by which sizes grow; one number or one per axis.
        mode: "nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear" or "area".
        align_corners: of the linear and cubic modes, whether the centres of the outermost pixels stay in place.
        recompute_scale_factor: whether distances come from the rounded sizes instead of scale_factor.

    Raises:
        ValueError: both or none of size and scale_factor are given, or the mode is unknown.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.Upsample(scale_factor=2, mode="bilinear")(dl.zeros(1, 3, 4, 5)).shape == (1, 3, 8, 10)
        True
    """

    def __init__(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: float | Sequence[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        if (size is None) == (scale_factor is None):
            raise ValueError(f"Upsample: expected either size or scale_factor, got {size} and {scale_factor}")
        if mode not in _MODES:
            raise ValueError(f"Upsample: mode expected one of {', '.join(_MODES)}, got {mode!r}")
        self.size = tuple(size) if isinstance(size, Sequence) else size
        self.scale_factor: float | tuple[float, ...] | None
        if isinstance(scale_factor, Sequence):
            self.scale_factor = tuple(map(float, scale_factor))
        else:
            self.scale_factor = None if scale_factor is None else float(scale_factor)
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Tensor) -> Tensor:
        """Return y of the new size."""
        size, factor = self.size, self.scale_factor
        return interpolate(input, size, factor, self.mode, self.align_corners, self.recompute_scale_factor)

    def extra_repr(self) -> str:
        """Return the new size, or the factor, and the mode."""
        size = f"size={self.size}" if self.scale_factor is None else f"scale_factor={self.scale_factor}"
        return f"{size}, mode={self.mode!r}"


class PixelShuffle(Module):
    """Lay r^2 channels side by side as the pixels of one: (N, C r^2, H, W) to (N, C, H r, W r), with or without N.

    Source: Shi et al., Real-Time Single Image and Video Super-Resolution (2016), section 2.2.

    Args:
        upscale_factor: r.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.PixelShuffle(2)(dl.arange(4.0).reshape(1, 4, 1, 1)).tolist()
        [[[[0.0, 1.0], [2.0, 3.0]]]]
    """

    def __init__(self, upscale_factor: int) -> None:
        super().__init__()
        if upscale_factor < 1:
            raise ValueError(f"PixelShuffle: upscale_factor expected to be positive, got {upscale_factor}")
        self.upscale_factor = upscale_factor

    def forward(self, input: Tensor) -> Tensor:
        """Return y of shape (..., C, H r, W r) for x of shape (..., C r^2, H, W)."""
        r, shape = self.upscale_factor, tuple(input.shape)
        if len(shape) < 3 or shape[-3] % r**2:
            raise ValueError(f"PixelShuffle: input expected (..., C * {r}^2, H, W), got shape {shape}")
        *batch, channels, height, width = shape
        x = input.reshape(math.prod(batch), channels // r**2, r, r, height, width)
        return x.permute(0, 1, 4, 2, 5, 3).reshape(*batch, channels // r**2, height * r, width * r)

    def extra_repr(self) -> str:
        """Return the factor."""
        return f"upscale_factor={self.upscale_factor}"
