"""Sequences of several lengths, side by side.

NOTE [Packed sequences]
The steps of a batch lie one after the other, and of each step there is one row for every sequence that is that long:
nothing is computed for padding. That wants the longest sequence first; `sorted_indices` says which of the caller's
sequences each one is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..._core import Tensor, cat, full, index_select, stack, tensor
from ..lengths import checked_lengths

__all__ = [
    "PackedSequence",
    "invert_permutation",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpad_sequence",
]


class PackedSequence(NamedTuple):
    """A batch of sequences without padding: see `pack_padded_sequence`.

    Fields:
        data: the rows of all steps (sum of lengths, ...).
        batch_sizes: how many sequences have each step, int64.
        sorted_indices: which sequence stands at each place, int64; None where none changed its place.
        unsorted_indices: at which place each sequence stands.
    """

    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None = None
    unsorted_indices: Tensor | None = None


def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    """Return the permutation that undoes this one, or None of None."""
    return None if permutation is None else tensor(np.argsort(permutation.numpy()))


def _places(lengths: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return step and sequence of each row of a packed batch, for lengths that fall."""
    steps = int(lengths.max(initial=0))
    return np.nonzero(np.arange(steps)[:, None] < lengths[None, :])


def pack_padded_sequence(
    input: Tensor, lengths: Tensor | Sequence[int], batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Drop the padding of a batch of sequences.

    Args:
        input: (T, N, ...), or (N, T, ...) with `batch_first`.
        lengths: how many steps of each of the N sequences count, at least one.
        batch_first: which of the first two axes is which.
        enforce_sorted: whether the lengths have to fall; if not, the sequences are sorted, and both permutations kept.

    Raises:
        ValueError: the lengths do not fit, or do not fall though they have to.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.nn.utils.rnn import pack_padded_sequence
        >>> packed = pack_padded_sequence(dl.tensor([[1, 2, 3], [4, 0, 0]]), [3, 1], batch_first=True)
        >>> packed.data, packed.batch_sizes
        (tensor([1, 4, 2, 3]), tensor([2, 1, 1]))
    """
    if input.ndim < 2:
        raise ValueError(f"pack_padded_sequence: input expected at least 2 axes, got shape {tuple(input.shape)}")
    batch, longest = input.shape[:2] if batch_first else (input.shape[1], input.shape[0])
    array = checked_lengths("pack_padded_sequence", lengths, batch, longest)
    order = np.argsort(-array, kind="stable")
    if enforce_sorted and (np.diff(array) > 0).any():
        raise ValueError(f"pack_padded_sequence: lengths expected to fall where enforce_sorted, got {array.tolist()}")
    step, place = _places(array[order])
    rows = order[place] * longest + step if batch_first else step * batch + order[place]
    data = index_select(input.reshape(batch * longest, *input.shape[2:]), 0, tensor(rows))
    batch_sizes = tensor(np.bincount(step, minlength=0).astype(np.int64))
    if enforce_sorted:
        return PackedSequence(data, batch_sizes)
    return PackedSequence(data, batch_sizes, tensor(order), tensor(np.argsort(order)))


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Tensor, Tensor]:
    """Undo `pack_padded_sequence`.

    Args:
        sequence: the packed batch.
        batch_first: whether the result is (N, T, ...), not (T, N, ...).
        padding_value: what stands behind the end of each sequence.
        total_length: T; by default the length of the longest sequence.

    Returns:
        The padded batch, and the N lengths (int64).

    Raises:
        ValueError: total_length is less than the longest sequence.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.nn.utils.rnn import pack_sequence, pad_packed_sequence
        >>> pad_packed_sequence(pack_sequence([dl.tensor([1, 2, 3]), dl.tensor([4])]), batch_first=True)
        (tensor([[1, 2, 3],
                [4, 0, 0]]), tensor([3, 1]))
    """
    sizes = sequence.batch_sizes.numpy()
    steps = len(sizes) if total_length is None else total_length
    if steps < len(sizes):
        raise ValueError(f"pad_packed_sequence: total_length expected at least {len(sizes)}, got {total_length}")
    batch = int(sizes[0]) if len(sizes) else 0
    lengths = (sizes[:, None] > np.arange(batch)).sum(0)
    step, place = _places(lengths)
    order = np.arange(batch) if sequence.sorted_indices is None else sequence.sorted_indices.numpy()
    rows = np.full((batch, steps), len(step), np.int64)  # behind the last row lies the padding
    rows[order[place], step] = np.arange(len(step))
    data = sequence.data
    padding = full((1, *data.shape[1:]), padding_value, dtype=data.dtype)
    index = rows if batch_first else rows.T
    padded = index_select(cat([data, padding]), 0, tensor(np.ascontiguousarray(index).reshape(-1)))
    in_order = np.empty_like(lengths)
    in_order[order] = lengths
    return padded.reshape(*index.shape, *data.shape[1:]), tensor(in_order)


def pad_sequence(
    sequences: Iterable[Tensor], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """Put sequences (T_i, ...) side by side, the shorter ones padded: (T, N, ...), or (N, T, ...) with `batch_first`.

    Args:
        sequences: tensors that differ in the first axis alone.
        batch_first: whether the sequences are the first axis of the result.
        padding_value: what stands where a sequence has no step.
        padding_side: "right" or "left", the side on which it stands.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.nn.utils.rnn import pad_sequence
        >>> pad_sequence([dl.tensor([1, 2, 3]), dl.tensor([4])], batch_first=True)
        tensor([[1, 2, 3],
                [4, 0, 0]])
    """
    tensors = list(sequences)
    if not tensors:
        raise ValueError("pad_sequence: expected at least one sequence")
    if padding_side not in ("left", "right"):
        raise ValueError(f"pad_sequence: padding_side expected 'left' or 'right', got {padding_side!r}")
    if any(x.ndim == 0 or x.shape[1:] != tensors[0].shape[1:] for x in tensors):
        shapes = [tuple(x.shape) for x in tensors]
        raise ValueError(f"pad_sequence: sequences expected to differ in the first axis alone, got {shapes}")
    longest = max(x.shape[0] for x in tensors)
    padded = []
    for x in tensors:
        padding = full((longest - x.shape[0], *x.shape[1:]), padding_value, dtype=x.dtype)
        padded.append(cat([padding, x] if padding_side == "left" else [x, padding]))
    return stack(padded, 0 if batch_first else 1)


def unpad_sequence(
    padded_sequences: Tensor, lengths: Tensor | Sequence[int], batch_first: bool = False
) -> list[Tensor]:
    """Return the sequences (T_i, ...) of a padded batch."""
    batch = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    array = checked_lengths("unpad_sequence", lengths, batch.shape[0], batch.shape[1])
    return [x[:length] for x, length in zip(batch, array.tolist(), strict=True)]


def pack_sequence(sequences: Iterable[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Pack sequences (T_i, ...): `pack_padded_sequence` of `pad_sequence`."""
    tensors = list(sequences)
    lengths = [x.shape[0] for x in tensors]
    return pack_padded_sequence(pad_sequence(tensors), lengths, enforce_sorted=enforce_sorted)
