"""How samples become a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

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
    return _by_parts("default_collate", batch, default_collate)


class Padded(NamedTuple):
    """Sequences of different lengths in one tensor: row i holds `lengths[i]` elements, then padding."""

    data: Tensor
    lengths: Tensor


def collate_padded(batch: Sequence[Any], padding_value: float = 0) -> Any:
    """Join samples of different lengths: as `default_collate`, but sequences are padded to the longest of the batch.

    A tensor or array of one axis or more is a sequence along its first axis; its place in the batch takes a `Padded`:
    `data` of shape (batch, longest, ...) and the `lengths` (batch,), int64. `functools.partial` sets another padding.

    Args:
        batch: samples of one structure: sequences, or tuples, lists and dictionaries that hold some.
        padding_value: what fills the rows after their ends.

    Raises:
        ValueError: sequences of one place differ in dtype, or in another axis than the first.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.data import collate_padded
        >>> words, label = collate_padded([(dl.tensor([5, 6, 7]), 1), (dl.tensor([8]), 0)])
        >>> words.data.tolist(), words.lengths.tolist(), label.tolist()
        ([[5, 6, 7], [8, 0, 0]], [3, 1], [1, 0])
    """
    first = batch[0]
    if isinstance(first, (Tensor, np.ndarray)) and first.ndim > 0:
        return _padded(
            [np.asarray(sample.detach() if isinstance(sample, Tensor) else sample) for sample in batch], padding_value
        )
    if isinstance(first, (Mapping, Sequence)) and not isinstance(first, (str, bytes)):
        return _by_parts("collate_padded", batch, lambda parts: collate_padded(parts, padding_value))
    return default_collate(batch)


def _padded(sequences: list[np.ndarray], padding_value: float) -> Padded:
    first = sequences[0]
    for each in sequences:
        if each.dtype != first.dtype or each.shape[1:] != first.shape[1:] or each.ndim == 0:
            raise ValueError(
                f"collate_padded: sequences expected one dtype and, after the first axis, one shape, "
                f"got {first.dtype} of shape {first.shape} and {each.dtype} of shape {each.shape}"
            )
    lengths = [len(each) for each in sequences]
    data = np.full((len(sequences), max(lengths), *first.shape[1:]), padding_value, first.dtype)
    for row, each in zip(data, sequences, strict=True):
        row[: len(each)] = each
    return Padded(from_numpy(data), tensor(lengths))


def _by_parts(function: str, batch: Sequence[Any], collate: Callable[[Sequence[Any]], Any]) -> Any:
    """Join what dictionaries, tuples or lists hold, one place after the other."""
    first = batch[0]
    if isinstance(first, Mapping):
        return {key: collate([sample[key] for sample in batch]) for key in first}
    if isinstance(first, Sequence):
        sizes = {len(sample) for sample in batch}
        if len(sizes) != 1:
            raise ValueError(f"{function}: samples expected the same number of parts, got {sorted(sizes)}")
        parts = [collate(part) for part in zip(*batch, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else parts
    raise TypeError(
        f"{function}: a sample expected tensors, arrays, numbers, texts, or tuples, lists and dictionaries of "
        f"them, got {type(first).__name__}"
    )
