"""Finding where numbers go wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ._core import _set_check_finite
from .nn.hooks import Hooks

_lock = threading.Lock()
_depth = 0


def _enter(step: int) -> None:
    global _depth
    with _lock:
        _depth += step
        _set_check_finite(_depth > 0)
        Hooks._watched = _depth > 0


@contextmanager
def check_finite() -> Iterator[None]:
    """Look at the result of every op, forward and backward, in all threads, while the block runs.

    Raises:
        RuntimeError: at the op whose result holds the first NaN or infinity; it names the op and the module's path.

    Example:
        >>> import dlcore as dl
        >>> with dl.debug.check_finite():
        ...     dl.zeros(3).log()
        Traceback (most recent call last):
        ...
        RuntimeError: log: the result of shape (3,) holds the first NaN or infinity
    """
    _enter(+1)
    try:
        yield
    finally:
        _enter(-1)
