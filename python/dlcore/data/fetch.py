"""What reads one batch: rows of tensors, samples by number, or the next samples of a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from .._core import tensor
from .dataset import Subset, TensorDataset


class End:
    """What a stream gives in the place of a batch when it has no more; the class itself, which survives pickling."""


class Rows:
    """Gather a batch from tensors in one go, without a loop over samples."""

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset

    @staticmethod
    def can_read(dataset: Any) -> bool:
        """Tell whether these are the rows of tensors, or part of them."""
        while type(dataset) is Subset:
            dataset = dataset.dataset
        return type(dataset) is TensorDataset

    def __call__(self, indices: Sequence[int]) -> Any:
        dataset = self.dataset
        while isinstance(dataset, Subset):
            indices = [dataset.indices[i] for i in indices]
            dataset = dataset.dataset
        rows = tensor(indices)
        return [part.index_select(0, rows) for part in dataset.tensors]


class Samples:
    """Read samples by number."""

    def __init__(self, dataset: Any, collate: Callable[[list[Any]], Any]) -> None:
        self.dataset = dataset
        self.collate = collate

    def __call__(self, indices: Sequence[int]) -> Any:
        return self.collate([self.dataset[i] for i in indices])


class Stream:
    """Read the next samples of what is iterated over."""

    def __init__(
        self, dataset: Iterable[Any], collate: Callable[[list[Any]], Any], batch_size: int, drop_last: bool
    ) -> None:
        self.dataset = dataset
        self.collate = collate
        self.batch_size = batch_size
        self.drop_last = drop_last
        self._samples: Iterator[Any] | None = None  # begun by whom reads it: each worker has its own

    def __call__(self, _: None) -> Any:
        if self._samples is None:
            self._samples = iter(self.dataset)
        batch = list(islice(self._samples, self.batch_size))
        if not batch or (self.drop_last and len(batch) < self.batch_size):
            return End
        return self.collate(batch)
