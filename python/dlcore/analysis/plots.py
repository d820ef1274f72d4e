"""Pictures: each function draws on the axes that it is given, or on new ones, and returns them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from .._core import tensor
from .._extras import axes_for, needed
from .._integers import as_integer
from .descent import Path
from .gradient_norms import GradientNorms
from .landscape import LossLine, LossPlane
from .spectral_density import SpectralDensity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The kinds of lines of weights, of which a picture shows up to four.
_STYLES = ("-", "--", ":", "-.")


def plot_line(line: LossLine, ax: Axes | None = None, *, label: str | None = None) -> Axes:
    """Draw the loss along a line.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis
        >>> ax = analysis.plot_line(analysis.LossLine(dl.tensor([0.0, 1.0]), dl.tensor([3.0, 1.0])))
        >>> ax.get_ylabel()
        'loss'
    """
    ax = axes_for("plot_line", ax)
    ax.plot(line.at.numpy(), line.losses.numpy(), linewidth=2, label=label)
    ax.set(xlabel="along the direction", ylabel="loss")
    if label is not None:
        ax.legend()
    return ax


def plot_plane(
    plane: LossPlane,
    paths: Mapping[str, Path] | None = None,
    ax: Axes | None = None,
    *,
    levels: int = 24,
    colorbar: bool = True,
) -> Axes:
    """Draw the loss over a plane as heights on a map, and the ways of optimizers projected on it.

    Heights lie closer together near the lowest one, where it matters.

    Args:
        plane: of `loss_plane`.
        paths: by names, of `descend`; a dot is the start, a star the end.
        ax: where to draw.
        levels: how many heights.
        colorbar: whether the colours' losses are told beside.
    """
    levels = as_integer("plot_plane", "levels", levels, least=2)
    ax = axes_for("plot_plane", ax)
    losses = plane.losses.numpy()
    finite = losses[np.isfinite(losses)]
    if min(losses.shape) < 2 or not finite.size:
        raise ValueError(f"plot_plane: plane expected 2 x 2 or more losses, some finite, got shape {losses.shape}")
    lowest, highest = finite.min(), finite.max()
    rise = highest - lowest if highest > lowest else 1.0
    heights = lowest + rise * np.linspace(0, 1, levels) ** 3
    colours = needed("matplotlib.colors", "plot_plane").PowerNorm(1 / 3, lowest, lowest + rise)
    x, y = plane.x.numpy(), plane.y.numpy()
    filled = ax.contourf(x, y, losses, heights, norm=colours, cmap="Blues_r")
    ax.contour(x, y, losses, heights[2:], colors="white", linewidths=0.5, alpha=0.6)
    if colorbar:
        ticks = heights[:: max(1, levels // 6)]
        bar = ax.figure.colorbar(filled, ax=ax, label="loss", ticks=ticks, format=_two_digits)
        bar.outline.set_visible(False)
    for (name, path), colour in zip((paths or {}).items(), _path_colours("plot_plane"), strict=False):
        at = plane.project(path.weights).numpy()
        ax.plot(*at.T, color=colour, linewidth=1.6, label=name)
        ax.plot(*at[0], "o", color="black", markersize=6)
        ax.plot(*at[-1], "*", color=colour, markersize=13, markeredgecolor="white", zorder=3)
    ax.set(xlim=(x.min(), x.max()), ylim=(y.min(), y.max()), xlabel="first direction", ylabel="second direction")
    if paths:
        ax.legend()
    return ax


def _path_colours(function: str) -> Iterator[tuple[float, ...]]:
    """Yield a colour for each path, 18 of them and then these again; none is as blue as the map."""
    dark_and_light = needed("matplotlib", function).colormaps["tab20"].colors[2:]
    return cycle((*dark_and_light[::2], *dark_and_light[1::2]))


def _two_digits(value: float, _: int) -> str:
    return np.format_float_positional(value, 2, fractional=False, trim="-")


def plot_gradient_norms(record: GradientNorms, ax: Axes | None = None, *, window: int = 1) -> tuple[Axes, Axes]:
    """Draw loss (left) and norm of the gradient (right) over the steps of a training; return both axes.

    Args:
        record: what was written down.
        ax: where to draw.
        window: over how many steps means are drawn as well, thick.
    """
    window = as_integer("plot_gradient_norms", "window", window)
    ax = axes_for("plot_gradient_norms", ax)
    other = ax.twinx()
    for axes, values, what, colour in (
        (ax, record.losses, "loss", "C0"),
        (other, record.norms, "norm of the gradient", "C1"),
    ):
        at = np.arange(1, len(values) + 1)
        axes.plot(at, values, color=colour, linewidth=1, alpha=0.3 if window > 1 else 1)
        if window > 1 and len(values) >= window:
            means = np.convolve(values, np.ones(window) / window, "valid")
            axes.plot(at[window - 1 :], means, color=colour, linewidth=2)
        axes.set_ylabel(what, color=colour)
        axes.tick_params(axis="y", colors=colour)
        axes.set_ylim(bottom=0)
    ax.set_xlabel("step")
    return ax, other


def plot_step_sizes(
    paths: Mapping[str, Path], ax: Axes | None = None, *, weights: Sequence[int] | None = None, window: int = 10
) -> Axes:
    """Draw the step size that optimizers have for single weights, over steps.

    Args:
        paths: by names, of `descend`; a colour for each.
        ax: where to draw.
        weights: which ones, by number, up to four; a kind of line for each. The first two, or one, if left out.
        window: of `Path.step_sizes`.
    """
    count = min((path.weights.shape[1] for path in paths.values()), default=0)
    weights = range(min(2, count)) if weights is None else weights
    styles = dict(zip(weights, _STYLES, strict=False))
    if len(styles) < len(weights) or not all(0 <= weight < count for weight in weights):
        raise ValueError(
            f"plot_step_sizes: weights expected up to four different numbers from 0 to {count - 1}, got {list(weights)}"
        )
    ax = axes_for("plot_step_sizes", ax)
    for (name, path), colour in zip(paths.items(), _path_colours("plot_step_sizes"), strict=False):
        sizes = path.step_sizes(window).numpy()
        at = np.arange(1, len(sizes) + 1)
        for weight, style in styles.items():
            ax.plot(at, sizes[:, weight], style, color=colour, label=name if style == _STYLES[0] else None)
    for weight, style in styles.items():
        ax.plot([], [], style, color="gray", label=f"weight {weight + 1}")
    ax.set(xlabel="step", ylabel="step size |Δw| / |gradient|", yscale="log")
    ax.legend(fontsize="small", ncols=2)
    return ax


def plot_spectral_density(density: SpectralDensity, ax: Axes | None = None, *, sigma: float | None = None) -> Axes:
    """Draw the density of a Hessian's eigenvalues; `sigma` as of `SpectralDensity.density`."""
    ax = axes_for("plot_spectral_density", ax)
    nodes, margin = density.nodes.numpy(), 0.05 * density.width
    at = np.linspace(nodes.min() - margin, nodes.max() + margin, 1000)
    values = density.density(tensor(at), sigma).numpy()
    ax.plot(at, values, linewidth=1.5)
    ax.fill_between(at, values, alpha=0.3)
    ax.set(xlabel="eigenvalue", ylabel="density", yscale="log", ylim=(1e-6 * values.max(), 2 * values.max()))
    return ax
