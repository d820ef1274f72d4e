"""Where samples come from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, Generic, TypeVar

from .._core import Generator, Tensor, randperm

Sample = TypeVar("Sample", covariant=True)


class Dataset(Generic[Sample]):
    """Samples by number: subclass it and write `__getitem__` and `__len__`.

    With a DataLoader of several workers `__getitem__` runs in all of them at once. Random numbers in it come from
    `get_worker_info().generator`, which depends on no worker's turn.
    """

    def __getitem__(self, index: int) -> Sample:
        raise NotImplementedError(f"{type(self).__name__}: __getitem__ is not defined")


class IterableDataset(Dataset[Sample]):
    """Samples as they come: subclass it and write `__iter__`, and `__len__` where the number is known.

    With workers each of them iterates over the data set, or over its own copy; `get_worker_info()` inside `__iter__`
    tells which share is theirs, lest every sample come once for each worker.

    Example:
        >>> from dlcore.data import DataLoader, IterableDataset, get_worker_info
        >>> class Squares(IterableDataset):
        ...     def __iter__(self):
        ...         info = get_worker_info()
        ...         first, step = (0, 1) if info is None else (info.id, info.num_workers)
        ...         return (i * i for i in range(first, 6, step))
        >>> [batch.tolist() for batch in DataLoader(Squares(), batch_size=2, num_workers=2)]
        [[0, 4], [1, 9], [16], [25]]
    """

    def __iter__(self) -> Iterator[Sample]:
        raise NotImplementedError(f"{type(self).__name__}: __iter__ is not defined")


class TensorDataset(Dataset[tuple[Tensor, ...]]):
    """The rows of tensors side by side.

    Args:
        tensors: with the same size in their first axis.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.data import TensorDataset
        >>> dataset = TensorDataset(dl.tensor([[1.0], [2.0]]), dl.tensor([3, 4]))
        >>> [part.tolist() for part in dataset[1]]
        [[2.0], 4]
    """

    def __init__(self, *tensors: Tensor) -> None:
        shapes = [tuple(tensor.shape) for tensor in tensors]
        if not shapes or not all(shapes) or len({shape[0] for shape in shapes}) != 1:
            given = ", ".join(map(str, shapes)) or "none"
            raise ValueError(f"TensorDataset: tensors expected the same size in the first axis, got {given}")
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return self.tensors[0].shape[0]


class Subset(Dataset[Sample]):
    """The samples of `dataset` at `indices`."""

    def __init__(self, dataset: Dataset[Sample], indices: Sequence[int]) -> None:
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, index: int) -> Sample:
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


def random_split(
    dataset: Dataset[Sample], lengths: Sequence[int | float], generator: Generator | None = None
) -> list[Subset[Sample]]:
    """Split a data set into parts that share no sample.

    Args:
        dataset: what to split.
        lengths: the parts' sizes, which sum to that of the data set; or fractions that sum to 1, where samples left
            over by rounding down go to the first parts, one each.
        generator: where the random order comes from; a seeded one gives the same parts again.

    Returns:
        The parts, in the order of `lengths`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.data import TensorDataset, random_split
        >>> dataset = TensorDataset(dl.arange(10))
        >>> [len(part) for part in random_split(dataset, [0.75, 0.25])]
        [8, 2]
    """
    total = len(dataset)  # type: ignore[arg-type]
    sizes = _sizes(total, lengths)
    order = randperm(total, generator=generator).tolist()
    ends = list(accumulate(sizes))
    return [Subset(dataset, order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]


def _sizes(total: int, lengths: Sequence[int | float]) -> list[int]:
    if not all(length >= 0 for length in lengths):
        raise ValueError(f"random_split: lengths expected numbers >= 0, got {list(lengths)}")
    if math.isclose(sum(lengths), 1.0) and any(isinstance(length, float) for length in lengths):
        sizes = [math.floor(total * fraction) for fraction in lengths]
        for i in range(total - sum(sizes)):
            sizes[i % len(sizes)] += 1
        return sizes
    if not all(isinstance(length, int) for length in lengths) or sum(lengths) != total:
        raise ValueError(
            f"random_split: lengths expected integers that sum to {total} or fractions that sum to 1, "
            f"got {list(lengths)}"
        )
    return list(lengths)  # type: ignore[arg-type]
