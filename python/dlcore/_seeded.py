"""A piece of work with random numbers of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ._core import manual_seed
from ._restored import restored_generator


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let random numbers come from a seed, and put the default generator back afterwards."""
    with restored_generator():
        manual_seed(seed)
        yield
