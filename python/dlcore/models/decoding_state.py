"""A model in the midst of some sequences, as searches see it: it knows neither beams nor chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .._core import Tensor, arange, cat


class DecodingState(Protocol):
    """Sequences that a model continues."""

    def __call__(self, tokens: Tensor) -> Tensor:
        """Append tokens (R, t) to the sequences and return the scores (R, V) of what may follow."""

    def select(self, rows: Tensor) -> None:
        """Keep the sequences `rows`, in their order; one may come several times."""


class CachedState:
    """A model with caches of keys and values: what is new is computed, what was is remembered.

    Args:
        extend: from new tokens (R, t) and the number of those before to scores (R, V).
        caches: each with `select`.
    """

    def __init__(self, extend: Callable[[Tensor, int], Tensor], caches: list) -> None:
        self._extend, self._caches, self._length = extend, caches, 0

    def __call__(self, tokens: Tensor) -> Tensor:
        """Append tokens and return the scores of what may follow."""
        scores = self._extend(tokens, self._length)
        self._length += tokens.shape[1]
        return scores

    def select(self, rows: Tensor) -> None:
        """Keep the sequences `rows`."""
        for cache in self._caches:
            cache.select(rows)


class WholeState:
    """A model without caches, which reads all tokens anew at every step.

    Args:
        score: from tokens (R, t) and which of the N sequences at the start each comes from to scores (R, t, V).
        count: N.
    """

    def __init__(self, score: Callable[[Tensor, Tensor], Tensor], count: int) -> None:
        self._score, self._rows, self._tokens = score, arange(count), None

    def __call__(self, tokens: Tensor) -> Tensor:
        """Append tokens and return the scores of what may follow."""
        self._tokens = tokens if self._tokens is None else cat([self._tokens, tokens], 1)
        return self._score(self._tokens, self._rows)[:, -1]

    def select(self, rows: Tensor) -> None:
        """Keep the sequences `rows`."""
        self._rows = self._rows[rows]
        self._tokens = None if self._tokens is None else self._tokens[rows]
