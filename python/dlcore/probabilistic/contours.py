"""A picture of Gaussian classes of two features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core import Tensor, as_tensor, tensor
from .._extras import axes_for
from ..autograd import no_grad
from .gaussian import GaussianClassConditional

_POINTS = 200  # of the grid, along each feature: finer than the eye sees at the width of a slide


def draw_contours(
    model: GaussianClassConditional, x: Any, y: Any, *, names: Sequence[str] | None = None, ax: Any = None
) -> Any:
    """Draw samples, one and two standard deviations of each class, and the boundaries, with matplotlib.

    Args:
        model: of two features.
        x: samples (N, 2), a tensor or an array.
        y: their classes (N,).
        names: of the classes; their numbers, if left out.
        ax: matplotlib's Axes; new ones if left out.

    Returns:
        The axes.

    Raises:
        ImportError: matplotlib is not installed.
        TypeError: the model is no GaussianClassConditional.
        ValueError: the model is not of two features, names are not as many as classes, or x or y has another shape.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.probabilistic import GaussianClassConditional, draw_contours
        >>> x, y = dl.randn(60, 2), dl.arange(60) % 2
        >>> ax = draw_contours(GaussianClassConditional(2, 2).fit(x, y), x, y, names=["even", "odd"])
        >>> len(ax.collections) > 2
        True
    """
    if not isinstance(model, GaussianClassConditional):
        raise TypeError(f"draw_contours: model expected a GaussianClassConditional, got {type(model).__name__}")
    if model.in_features != 2:
        raise ValueError(f"draw_contours: model expected two features, got {model.in_features}")
    names = [str(number) for number in range(model.classes)] if names is None else names
    if len(names) != model.classes:
        raise ValueError(f"draw_contours: names expected {model.classes}, one for each class, got {len(names)}")
    points, classes = (as_tensor(values).detach().numpy() for values in (x, y))
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"draw_contours: x expected shape (N, 2), got {points.shape}")
    if classes.shape != (len(points),):
        raise ValueError(f"draw_contours: y expected shape ({len(points)},), got {classes.shape}")
    ax = axes_for("draw_contours", ax)

    with no_grad():
        circles = _circles(model).numpy()
        shown = np.concatenate([points, *circles.transpose(0, 2, 1)])
        low, high = np.nanmin(shown, 0), np.nanmax(shown, 0)
        margin = 0.03 * (high - low)
        grid = [np.linspace(*ends, _POINTS) for ends in zip(low - margin, high + margin, strict=True)]
        scores = model(tensor(np.stack(np.meshgrid(*grid), -1), dtype=model.mean.dtype)).numpy()
    for number, name in enumerate(names):
        colour = f"C{number}"
        lead = scores[..., number] - np.delete(scores, number, -1).max(-1)
        if lead.max() > 0:
            ax.contourf(*grid, lead, levels=[0, np.inf], colors=[colour], alpha=0.12)
        if lead.min() < 0 < lead.max() and number > 0:  # class 0 borders on others only, which draw the boundary
            ax.contour(*grid, lead, levels=[0], colors="black", linewidths=1.5)
        ax.plot(*points[classes == number].T, "o", color=colour, markersize=4, alpha=0.8, label=name)
        ax.plot(*circles[number], color=colour, linewidth=2)
    ax.set(xlim=grid[0][[0, -1]], ylim=grid[1][[0, -1]])
    ax.legend()
    return ax


def _circles(model: GaussianClassConditional) -> Tensor:
    """Return points (C, 2, T) one standard deviation from each mean, a gap, and those two away."""
    angles = np.linspace(0, 2 * np.pi, 100)
    unit = np.stack([np.cos(angles), np.sin(angles)])
    both = tensor(np.concatenate([unit, np.full((2, 1), np.nan), 2 * unit], 1), dtype=model.mean.dtype)
    if model.covariance_type == "full":
        return model.scale_tril.tril() @ both + model.mean.unsqueeze(2)
    return model.scale.unsqueeze(2) * both + model.mean.unsqueeze(2)
