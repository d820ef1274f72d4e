"""What validation borrows from other packages."""

from __future__ import annotations

from typing import Any


def require_sklearn(owner: str) -> None:
    """Raise an ImportError that says what to install where scikit-learn is missing."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        raise ImportError(f"{owner}: expected the package scikit-learn; pip install 'dlcore[sklearn]'") from None


def new_axes(owner: str, width: float, height: float) -> Any:
    """Return matplotlib's Axes in a figure of their own, of a size in inches."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ImportError(f"{owner}: expected the package matplotlib; pip install 'dlcore[analysis]'") from None
    return Figure(figsize=(width, height), layout="constrained").add_subplot()
