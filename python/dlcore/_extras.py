"""Packages that are needed here and there alone, and asked for where they are."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The extra that brings each, and the name under which it is installed where that is another one.
_EXTRAS = {
    "matplotlib": "analysis",
    "scipy": "analysis",
    "sklearn": "sklearn",
    "tensorboardX": "train",
    "tqdm": "train",
}
_NAMES = {"sklearn": "scikit-learn"}


def needed(module: str, owner: str) -> Any:
    """Import a module, or say how to get it.

    Args:
        module: of one of the packages of the extras.
        owner: who needs it.

    Raises:
        ImportError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(
            f"{owner}: expected the package {_NAMES.get(package, package)}; pip install 'dlcore[{_EXTRAS[package]}]'"
        ) from error


def axes_for(owner: str, ax: Axes | None, size: tuple[float, float] | None = None) -> Axes:
    """Return matplotlib's Axes to draw on: those that are given, or new ones in a figure of a size in inches."""
    figure = needed("matplotlib.figure", owner)
    return figure.Figure(figsize=size, layout="constrained").add_subplot() if ax is None else ax
