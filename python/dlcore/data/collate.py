"""How samples become a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .._core import Tensor, float64, from_numpy, stack, tensor


def default_collate(batch: Sequence[Any]) -> Any:
    """Join samples into a batch, with a new first axis.

    Tensors and arrays are stacked, numbers become a tensor (float64, int64 or bool), texts a list; of tuples and lists
    their parts are joined one by one, of dictionaries their values.

    Example:
        >>> from dlcore.data import default_collate
        >>> [part.tolist() for part in default_collate([(1, 2.5), (3, 4.5)])]
        [[1, 3], [2.5, 4.5]]
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(list(batch))
    if isinstance(first, (np.ndarray, np.generic)):
        return from_numpy(np.stack(batch))
    if isinstance(first, float):
        return tensor(list(batch), dtype=float64)
    if isinstance(first, int):
        return tensor(list(batch))
    if isinstance(first, (str, bytes)):
        return list(batch)
    if isinstance(first, Mapping):
        return {key: default_collate([sample[key] for sample in batch]) for key in first}
    if isinstance(first, Sequence):
        sizes = {len(sample) for sample in batch}
        if len(sizes) != 1:
            raise ValueError(f"default_collate: samples expected the same number of parts, got {sorted(sizes)}")
        parts = [default_collate(part) for part in zip(*batch, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else parts
    raise TypeError(
        "default_collate: a sample expected tensors, arrays, numbers, texts, or tuples, lists and dictionaries of "
        f"them, got {type(first).__name__}"
    )
