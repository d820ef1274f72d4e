"""Reading a data set in batches."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from .._core import Generator, tensor
from .collate import default_collate
from .dataset import Dataset, Subset, TensorDataset
from .sampler import BatchSampler, RandomSampler, SequentialSampler


class DataLoader:
    """Batches of a data set, in an order of one's choice.

    The order is settled in the thread that iterates, so a seeded generator gives the same batches for any number of
    threads. An error in a data set comes out where the batch would have, with its own traceback.

    Args:
        dataset: what to read: `dataset[i]` for i in [0, `len(dataset)`).
        batch_size: samples in a batch.
        shuffle: whether each iteration takes a new random order.
        sampler: the order instead: an iterable of indices.
        batch_sampler: the batches instead: an iterable of lists of indices.
        num_workers: threads that read ahead; 0 reads in the calling thread.
        collate_fn: makes a batch of a list of samples; `default_collate` if left out.
        drop_last: whether to leave out the last batch where it is smaller.
        generator: where the random order comes from.
        prefetch_factor: how many batches each thread reads ahead.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.data import DataLoader, TensorDataset
        >>> dataset = TensorDataset(dl.arange(5), dl.arange(5) * 2)
        >>> for x, y in DataLoader(dataset, batch_size=2):
        ...     print(x.tolist(), y.tolist())
        [0, 1] [0, 2]
        [2, 3] [4, 6]
        [4] [8]
    """

    def __init__(
        self,
        dataset: Dataset[Any] | Sequence[Any],
        batch_size: int = 1,
        shuffle: bool = False,
        sampler: Iterable[int] | None = None,
        batch_sampler: Iterable[list[int]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        drop_last: bool = False,
        *,
        generator: Generator | None = None,
        prefetch_factor: int = 2,
    ) -> None:
        if num_workers < 0:
            raise ValueError(f"DataLoader: num_workers expected a number >= 0, got {num_workers}")
        if prefetch_factor < 1:
            raise ValueError(f"DataLoader: prefetch_factor expected a number >= 1, got {prefetch_factor}")
        if sampler is not None and shuffle:
            raise ValueError("DataLoader: sampler expected without shuffle, got both")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError(
                    "DataLoader: batch_sampler expected without batch_size, shuffle, sampler and drop_last"
                )
        else:
            if sampler is None:
                sampler = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.dataset = dataset
        self.batch_size = batch_size
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.num_workers = num_workers
        self.collate_fn = default_collate if collate_fn is None else collate_fn
        self.drop_last = drop_last
        self.generator = generator
        self.prefetch_factor = prefetch_factor

    def __len__(self) -> int:
        return len(self.batch_sampler)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Any]:
        read = self._read_rows if self._has_rows() else self._read_samples
        if self.num_workers == 0:
            return map(read, self.batch_sampler)
        return _read_ahead(read, self.batch_sampler, self.num_workers, self.prefetch_factor)

    def _has_rows(self) -> bool:
        """Whether a batch can be gathered from tensors in one go, without a loop over samples."""
        dataset = self.dataset
        while type(dataset) is Subset:
            dataset = dataset.dataset
        return type(dataset) is TensorDataset and self.collate_fn is default_collate

    def _read_rows(self, indices: Sequence[int]) -> Any:
        dataset = self.dataset
        while isinstance(dataset, Subset):
            indices = [dataset.indices[i] for i in indices]
            dataset = dataset.dataset
        rows = tensor(indices)
        return [part.index_select(0, rows) for part in dataset.tensors]

    def _read_samples(self, indices: Sequence[int]) -> Any:
        return self.collate_fn([self.dataset[i] for i in indices])


def _read_ahead(
    read: Callable[[Any], Any], batches: Iterable[Any], threads: int, batches_per_thread: int
) -> Iterator[Any]:
    from concurrent.futures import Future, ThreadPoolExecutor  # here, as an import of dlcore should not wait for it

    executor = ThreadPoolExecutor(threads, thread_name_prefix="dlcore-data")
    reading: deque[Future[Any]] = deque()
    try:
        for indices in batches:
            reading.append(executor.submit(read, indices))
            if len(reading) > threads * batches_per_thread:
                yield reading.popleft().result()
        while reading:
            yield reading.popleft().result()
    finally:  # also where the reader stops early: no thread outlives the loop
        executor.shutdown(cancel_futures=True)
