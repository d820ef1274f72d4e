"""Arguments that several functions take."""

from __future__ import annotations

from numbers import Integral

from .._core import Generator


def checked_count(function: str, name: str, value: int, least: int = 1) -> int:
    """Return how many of something are wanted, if that is an integer and not too small."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise ValueError(f"{function}: {name} expected an integer >= {least}, got {value!r}")
    return int(value)


def checked_generator(generator: Generator | None) -> Generator | None:
    """Return what random numbers are to be drawn from, if it is a generator or the default one."""
    if generator is not None and not isinstance(generator, Generator):
        raise TypeError(f"analysis: generator expected a Generator or None, got {type(generator).__name__}")
    return generator
