"""Pictures: each function draws on the axes that it is given, or on new ones, and returns them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .._core import tensor
from .descent import Path
from .extras import needed
from .gradient_norms import GradientNorms
from .landscape import LossLine, LossPlane
from .spectral_density import SpectralDensity

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def _axes(ax: Axes | None, function: str) -> Axes:
    figure = needed("matplotlib.figure", function)
    return figure.Figure(layout="constrained").add_subplot() if ax is None else ax


def plot_line(line: LossLine, ax: Axes | None = None, *, label: str | None = None) -> Axes:
    """Draw the loss along a line.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis
        >>> ax = analysis.plot_line(analysis.LossLine(dl.tensor([0.0, 1.0]), dl.tensor([3.0, 1.0])))
        >>> ax.get_ylabel()
        'loss'
    """
    ax = _axes(ax, "plot_line")
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
    ax = _axes(ax, "plot_plane")
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
    for i, (name, path) in enumerate((paths or {}).items()):
        at = plane.project(path.weights).numpy()
        colour = f"C{i + 1}"  # the first one is as blue as the map
        ax.plot(*at.T, color=colour, linewidth=1.6, label=name)
        ax.plot(*at[0], "o", color="black", markersize=6)
        ax.plot(*at[-1], "*", color=colour, markersize=13, markeredgecolor="white", zorder=3)
    ax.set(xlim=(x.min(), x.max()), ylim=(y.min(), y.max()), xlabel="first direction", ylabel="second direction")
    if paths:
        ax.legend()
    return ax


def _two_digits(value: float, _: int) -> str:
    return np.format_float_positional(value, 2, fractional=False, trim="-")


def plot_gradient_norms(record: GradientNorms, ax: Axes | None = None, *, window: int = 1) -> tuple[Axes, Axes]:
    """Draw loss (left) and norm of the gradient (right) over the steps of a training; return both axes.

    Args:
        record: what was written down.
        ax: where to draw.
        window: over how many steps means are drawn as well, thick.
    """
    if window < 1:
        raise ValueError(f"plot_gradient_norms: window expected a number >= 1, got {window}")
    ax = _axes(ax, "plot_gradient_norms")
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
    paths: Mapping[str, Path], ax: Axes | None = None, *, weights: Sequence[int] = (0, 1), window: int = 10
) -> Axes:
    """Draw the step size that optimizers have for single weights, over steps.

    Args:
        paths: by names, of `descend`; a colour for each.
        ax: where to draw.
        weights: which ones, by number; a kind of line for each.
        window: of `Path.step_sizes`.
    """
    ax = _axes(ax, "plot_step_sizes")
    styles = dict(zip(weights, ("-", "--", ":", "-."), strict=False))
    if len(styles) < len(weights):
        raise ValueError(f"plot_step_sizes: weights expected up to four different numbers, got {list(weights)}")
    for i, (name, path) in enumerate(paths.items()):
        sizes = path.step_sizes(window).numpy()
        at = np.arange(1, len(sizes) + 1)
        for weight, style in styles.items():
            ax.plot(at, sizes[:, weight], style, color=f"C{i + 1}", label=name if style == "-" else None)
    for weight, style in styles.items():
        ax.plot([], [], style, color="gray", label=f"weight {weight + 1}")
    ax.set(xlabel="step", ylabel="step size |Δw| / |gradient|", yscale="log")
    ax.legend(fontsize="small", ncols=2)
    return ax


def plot_spectral_density(density: SpectralDensity, ax: Axes | None = None, *, sigma: float | None = None) -> Axes:
    """Draw the density of a Hessian's eigenvalues; `sigma` as of `SpectralDensity.density`."""
    ax = _axes(ax, "plot_spectral_density")
    nodes = density.nodes.numpy()
    margin = 0.05 * (nodes.max() - nodes.min())
    at = np.linspace(nodes.min() - margin, nodes.max() + margin, 1000)
    values = density.density(tensor(at), sigma).numpy()
    ax.plot(at, values, linewidth=1.5)
    ax.fill_between(at, values, alpha=0.3)
    ax.set(xlabel="eigenvalue", ylabel="density", yscale="log", ylim=(1e-6 * values.max(), 2 * values.max()))
    return ax
