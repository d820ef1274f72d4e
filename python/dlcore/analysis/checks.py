"""Arguments that several functions take."""

from __future__ import annotations

from .._core import Generator


def checked_generator(generator: Generator | None) -> Generator | None:
    """Return what random numbers are to be drawn from, if it is a generator or the default one."""
    if generator is not None and not isinstance(generator, Generator):
        raise TypeError(f"analysis: generator expected a Generator or None, got {type(generator).__name__}")
    return generator
