"""A piece of work with random numbers of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ._core import get_rng_state, manual_seed, set_rng_state


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let random numbers come from a seed, and put the default generator back afterwards."""
    state = get_rng_state()
    manual_seed(seed)
    try:
        yield
    finally:
        set_rng_state(state)
