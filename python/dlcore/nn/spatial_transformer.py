"""Layers that choose what part of an image to look at, and how to turn it."""

from __future__ import annotations

from collections.abc import Sequence

from .._core import Tensor, from_numpy, grid_sample
from ..autograd import no_grad
from .axes import per_axis
from .module import Module
from .parameter import Parameter
from .warps import AffineWarp, AttentionWarp, ThinPlateSplineWarp, Warp

_WARPS = {"affine": AffineWarp, "attention": AttentionWarp, "tps": ThinPlateSplineWarp}


class SpatialTransformer(Module):
    """Warp each image by a warp that a network finds for it.

    A localisation network looks at the image x and gives theta; the warp turns theta into a grid of points; there x is
    sampled. All of it is differentiable, so theta is learnt from what comes after, without being told. At the start the
    warp is the identity: the weight of the localisation network's last layer is set to zero, its bias to the identity.

    Several warps work side by side: y holds their results one after another as channels, those of the first warp first.
    In a chain, each looks at what the one before made: `Sequential(SpatialTransformer(...), SpatialTransformer(...))`.
    Source: Jaderberg, Simonyan, Zisserman and Kavukcuoglu, Spatial Transformer Networks (2015), section 3.

    Args:
        localisation: any network from x (N, C, H, W) to theta (N, warps * numbers per warp); its last layer with
            parameters has a weight and a bias.
        transform: "affine" (six numbers), "attention" (a scale and a shift: three), "tps" (a thin-plate spline held at
            4 x 4 points: 32), or any `Warp`, such as `ThinPlateSplineWarp((3, 5))`.
        warps: how many warps work side by side.
        size: H and W of y, or one number for both; by default those of x.
        padding_mode: what lies outside of x: "zeros", "border" or "reflection".

    Raises:
        ValueError: the localisation network does not end in a layer of the right size, or a setting is unknown.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> localisation = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 6))
        >>> layer = nn.SpatialTransformer(localisation, "affine")
        >>> x = dl.rand(2, 1, 8, 8)
        >>> bool((layer(x) - x).abs().max() < 1e-5)
        True
        >>> layer.theta(x).shape == (2, 1, 6)
        True
    """

    def __init__(
        self,
        localisation: Module,
        transform: str | Warp = "affine",
        *,
        warps: int = 1,
        size: int | Sequence[int] | None = None,
        padding_mode: str = "zeros",
    ) -> None:
        super().__init__()
        if isinstance(transform, str) and transform not in _WARPS:
            names = ", ".join(_WARPS)
            raise ValueError(f"SpatialTransformer: transform expected one of {names} or a Warp, got {transform!r}")
        if warps < 1:
            raise ValueError(f"SpatialTransformer: warps expected to be positive, got {warps}")
        if padding_mode not in ("zeros", "border", "reflection"):
            raise ValueError(
                f"SpatialTransformer: padding_mode expected 'zeros', 'border' or 'reflection', got {padding_mode!r}"
            )
        self.localisation = localisation
        self.transform = _WARPS[transform]() if isinstance(transform, str) else transform
        self.warps = warps
        self.size = None if size is None else per_axis("SpatialTransformer", "size", size, 2, 1)
        self.padding_mode = padding_mode
        self.reset_to_identity()

    def reset_to_identity(self) -> None:
        """Make the warps of all images the identity."""
        expected = self.warps * self.transform.num_parameters
        owners = [module for module in self.localisation.modules() if any(True for _ in module.parameters(False))]
        last = owners[-1] if owners else self.localisation
        weight, bias = getattr(last, "weight", None), getattr(last, "bias", None)
        if not isinstance(weight, Parameter) or not isinstance(bias, Parameter) or tuple(bias.shape) != (expected,):
            got = "one without" if not isinstance(bias, Parameter) else f"one of shape {tuple(bias.shape)}"
            raise ValueError(
                f"SpatialTransformer: localisation expected to end in a layer with a weight and a bias of shape "
                f"({expected},), got {got}"
            )
        with no_grad():
            weight.zero_()
            bias.copy_(from_numpy(self.transform.identity).repeat(self.warps).to(bias.dtype))

    def theta(self, input: Tensor) -> Tensor:
        """Return the numbers of all warps, (N, warps, numbers per warp), for images x."""
        return self.localisation(input).reshape(-1, self.warps, self.transform.num_parameters)

    def grid(self, theta: Tensor, size: Sequence[int]) -> Tensor:
        """Return the points (x, y) that are sampled, (N, warps, H, W, 2); -1 and 1 are the outer edges of an image.

        Args:
            theta: (N, warps, numbers per warp).
            size: H and W of y.
        """
        height, width = size
        points = self.transform(theta.reshape(-1, self.transform.num_parameters), (height, width))
        return points.reshape(-1, self.warps, height, width, 2)

    def forward(self, input: Tensor) -> Tensor:
        """Return y of shape (N, warps * C, height, width) for x of shape (N, C, H, W)."""
        if input.ndim != 4:
            raise ValueError(f"SpatialTransformer: input expected shape (N, C, H, W), got {tuple(input.shape)}")
        batch, channels, *pixels = input.shape
        height, width = self.size or pixels
        grid = self.grid(self.theta(input), (height, width))
        below = grid.reshape(batch, self.warps * height, width, 2)  # one tall image, so that x is not repeated
        y = grid_sample(input, below, padding_mode=self.padding_mode, align_corners=False)
        if self.warps == 1:
            return y
        y = y.reshape(batch, channels, self.warps, height, width)
        return y.transpose(1, 2).reshape(batch, self.warps * channels, height, width)

    def extra_repr(self) -> str:
        """Return the settings."""
        size = "" if self.size is None else f", size={self.size}"
        return f"warps={self.warps}{size}, padding_mode={self.padding_mode!r}"
