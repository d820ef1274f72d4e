"""How long the sequences of a padded batch are, and where their padding is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .._core import Tensor, from_numpy


def checked_lengths(
    what: str, lengths: Tensor | Sequence[int], batch: int, longest: int, least: int = 1
) -> NDArray[np.int64]:
    """Return lengths as an array, or raise an error that names `what` unless they are right for the batch."""
    array = np.asarray(lengths.numpy() if isinstance(lengths, Tensor) else lengths)
    if array.shape != (batch,) or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(f"{what}: lengths expected {batch} integers, got {array.dtype} of shape {array.shape}")
    if batch and not least <= array.min() <= array.max() <= longest:
        raise ValueError(f"{what}: lengths expected from {least} to {longest}, got {array.min()} to {array.max()}")
    return array.astype(np.int64)


def padding_mask(lengths: Tensor | Sequence[int], size: int) -> Tensor:
    """Return where a padded batch holds padding: the `key_padding_mask` of attention, (N, size), bool.

    Args:
        lengths: how many steps of each sequence count, from 0 to size.
        size: the steps of the batch.

    Raises:
        ValueError: the lengths do not fit.

    Example:
        >>> from dlcore import nn
        >>> nn.padding_mask([3, 1], 3).tolist()
        [[False, False, False], [False, True, True]]
    """
    array = checked_lengths("padding_mask", lengths, len(lengths), size, least=0)
    return from_numpy(np.arange(size) >= array[:, None])
