"""Batches of sequences of vectors: neighbours of each vector, what of a batch counts, one vector for a sequence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .._core import Tensor, amax, cat, index_select, tensor, where, zeros
from .lengths import checked_lengths, padding_mask
from .module import Module

_PADDINGS = ("edge", "zeros")
_POOLS = ("mean", "max", "last")


def _lengths_of(what: str, x: Tensor, lengths: Tensor | Sequence[int] | None, least: int = 1) -> NDArray[np.int64]:
    if x.ndim < 2:
        raise ValueError(f"{what}: input expected shape (N, T, ...), got {tuple(x.shape)}")
    batch, steps = x.shape[:2]
    if lengths is None:
        return np.full(batch, steps, np.int64)
    return checked_lengths(what, lengths, batch, steps, least)


def context_windows(
    input: Tensor, neighbors: int, lengths: Tensor | Sequence[int] | None = None, padding: str = "edge"
) -> Tensor:
    """Put each vector of a sequence and its neighbours on both sides side by side, the earliest first.

    A fully connected network on top of it sees a window of 2 neighbors + 1 vectors; that is what phonemes were
    recognized by before networks that remember.

    Args:
        input: x (N, T, D), or (T, D).
        neighbors: how many on each side.
        lengths: how many vectors of each sequence count; by default all. What is behind does not come into a window.
        padding: what stands for neighbours beyond the ends: "edge", the first and the last vector, or "zeros".

    Returns:
        A tensor (N, T, (2 neighbors + 1) D).

    Raises:
        ValueError: shapes or lengths do not fit.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.context_windows(dl.tensor([[1], [2], [3]]), 1)
        tensor([[1, 1, 2],
                [1, 2, 3],
                [2, 3, 3]])
    """
    if neighbors < 0:
        raise ValueError(f"context_windows: neighbors expected not to be negative, got {neighbors}")
    if padding not in _PADDINGS:
        raise ValueError(f"context_windows: padding expected 'edge' or 'zeros', got {padding!r}")
    if input.ndim == 2 and lengths is None:
        return context_windows(input.unsqueeze(0), neighbors, None, padding).squeeze(0)
    array = _lengths_of("context_windows", input, lengths)
    if input.ndim != 3:
        raise ValueError(f"context_windows: input expected shape (N, T, D) or (T, D), got {tuple(input.shape)}")
    batch, steps, features = input.shape
    width = 2 * neighbors + 1
    at = np.arange(steps)[:, None] + np.arange(-neighbors, neighbors + 1)  # (T, width)
    last = array[:, None, None] - 1
    rows = np.clip(at, 0, last) + steps * np.arange(batch)[:, None, None]
    vectors = input.reshape(batch * steps, features)
    if padding == "zeros":
        rows = np.where((at >= 0) & (at <= last), rows, batch * steps)
        vectors = cat([vectors, zeros(1, features, dtype=vectors.dtype)])
    return index_select(vectors, 0, tensor(rows.reshape(-1))).reshape(batch, steps, width * features)


def valid_steps(input: Tensor, lengths: Tensor | Sequence[int]) -> Tensor:
    """Return what counts of a padded batch, one sequence behind the other.

    Where a network gives one output for each vector, the loss is that of `valid_steps` of outputs and of targets.

    Args:
        input: x (N, T, ...).
        lengths: how many steps of each sequence count, from 0 to T.

    Returns:
        A tensor (sum of lengths, ...).

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.valid_steps(dl.tensor([[1, 2, 3], [4, 0, 0]]), [3, 1])
        tensor([1, 2, 3, 4])
    """
    array = _lengths_of("valid_steps", input, lengths, least=0)
    batch, steps = input.shape[:2]
    rows = np.flatnonzero(np.arange(steps) < array[:, None])
    return index_select(input.reshape(batch * steps, *input.shape[2:]), 0, tensor(rows))


def pool_sequences(input: Tensor, lengths: Tensor | Sequence[int] | None = None, how: str = "mean") -> Tensor:
    """Make one vector of each sequence of a batch: for a network with one output for a sequence.

    Args:
        input: x (N, T, D).
        lengths: how many vectors of each sequence count, from 1 to T; by default all.
        how: "mean", "max" (of each feature) or "last".

    Returns:
        A tensor (N, D).

    Raises:
        ValueError: shapes or lengths do not fit, or there is no such way.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.pool_sequences(dl.tensor([[[1.0], [5.0], [9.0]]]), [2])
        tensor([[3.]])
    """
    if how not in _POOLS:
        raise ValueError(f"pool_sequences: how expected 'mean', 'max' or 'last', got {how!r}")
    array = _lengths_of("pool_sequences", input, lengths)
    if input.ndim != 3:
        raise ValueError(f"pool_sequences: input expected shape (N, T, D), got {tuple(input.shape)}")
    batch, steps, features = input.shape
    if how == "last":
        rows = np.arange(batch) * steps + array - 1
        return index_select(input.reshape(batch * steps, features), 0, tensor(rows))
    whole = lengths is None
    if steps == 0:
        raise ValueError(f"pool_sequences: input expected at least one step, got shape {tuple(input.shape)}")
    if whole:
        return input.mean(1) if how == "mean" else amax(input, 1)
    kept = ~padding_mask(array, steps)
    return mean_of_kept(input, kept) if how == "mean" else amax(where(kept.unsqueeze(-1), input, -np.inf), 1)


def mean_of_kept(input: Tensor, kept: Tensor) -> Tensor:
    """Return the means (N, D) of the vectors of x (N, T, D) that are kept (N, T), bool; of none, zeros."""
    kept = kept.unsqueeze(-1)
    return where(kept, input, 0.0).sum(1) / kept.sum(1).clamp(min=1).to(input.dtype)


class ContextWindows(Module):
    """Put each vector of a sequence and its neighbours side by side: see `context_windows`.

    Args:
        neighbors: how many on each side.
        padding: "edge" or "zeros".

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.ContextWindows(2)(dl.zeros(4, 7, 3)).shape == (4, 7, 15)
        True
    """

    def __init__(self, neighbors: int, padding: str = "edge") -> None:
        super().__init__()
        if neighbors < 0:
            raise ValueError(f"ContextWindows: neighbors expected not to be negative, got {neighbors}")
        if padding not in _PADDINGS:
            raise ValueError(f"ContextWindows: padding expected 'edge' or 'zeros', got {padding!r}")
        self.neighbors = neighbors
        self.padding = padding

    def forward(self, input: Tensor, lengths: Tensor | Sequence[int] | None = None) -> Tensor:
        """Return (N, T, (2 neighbors + 1) D) for x (N, T, D)."""
        return context_windows(input, self.neighbors, lengths, self.padding)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"neighbors={self.neighbors}, padding={self.padding!r}"


class SequencePool(Module):
    """Make one vector of each sequence: see `pool_sequences`.

    Args:
        how: "mean", "max" or "last".

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.SequencePool("max")(dl.zeros(4, 7, 3), lengths=[7, 2, 3, 1]).shape == (4, 3)
        True
    """

    def __init__(self, how: str = "mean") -> None:
        super().__init__()
        if how not in _POOLS:
            raise ValueError(f"SequencePool: how expected 'mean', 'max' or 'last', got {how!r}")
        self.how = how

    def forward(self, input: Tensor, lengths: Tensor | Sequence[int] | None = None) -> Tensor:
        """Return (N, D) for x (N, T, D)."""
        return pool_sequences(input, lengths, self.how)

    def extra_repr(self) -> str:
        """Return which way."""
        return f"how={self.how!r}"
