"""In which order samples are read.

NOTE [Orders are drawn when an iteration begins]
A sampler draws all its random numbers in `__iter__`, before the first index is asked for. So an order does not depend
on what else draws from the same generator while it is read, nor on how far workers read ahead; and a loader can go back
to the middle of an order: it puts the generators back to where they were when the iteration began, and skips.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized

import numpy as np

from .._core import Generator, Tensor, float64, multinomial, randint, randperm, tensor


class Sampler:
    """An order of indices: subclass it and write `__iter__`, and `__len__` where the number is known."""

    def __iter__(self) -> Iterator[int]:
        raise NotImplementedError(f"{type(self).__name__}: __iter__ is not defined")


class SequentialSampler(Sampler):
    """All indices from first to last."""

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler):
    """All indices in a random order, a new one each time.

    Args:
        data_source: what is read.
        replacement: whether an index may come again; then each is drawn anew.
        num_samples: how many, the size of `data_source` if left out.
        generator: where the order comes from; a seeded one gives the same orders again.
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        if num_samples is not None and num_samples <= 0:
            raise ValueError(f"RandomSampler: num_samples expected a number > 0, got {num_samples}")
        self.data_source = data_source
        self.replacement = replacement
        self.num_samples = num_samples
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        size, wanted = len(self.data_source), len(self)
        if size == 0:
            if wanted > 0:
                raise ValueError(f"RandomSampler: num_samples {wanted} expected something to read, got no sample")
            return iter(())
        if self.replacement:
            return iter(randint(0, size, (wanted,), generator=self.generator).tolist())
        order: list[int] = []
        while len(order) < wanted:
            order += randperm(size, generator=self.generator).tolist()
        return iter(order[:wanted])

    def __len__(self) -> int:
        return len(self.data_source) if self.num_samples is None else self.num_samples


class SubsetRandomSampler(Sampler):
    """The given indices in a random order, a new one each time.

    Args:
        indices: which.
        generator: where the order comes from.
    """

    def __init__(self, indices: Sequence[int], generator: Generator | None = None) -> None:
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        order = randperm(len(self.indices), generator=self.generator).tolist()
        return (self.indices[i] for i in order)

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """Indices 0 to len(weights) - 1, drawn with probabilities in proportion to their weights.

    Args:
        weights: of each index, not negative; they need not sum to one.
        num_samples: how many are drawn.
        replacement: whether an index may come again.
        generator: where the numbers come from.

    Example:
        >>> from dlcore.data import WeightedRandomSampler
        >>> list(WeightedRandomSampler([0.0, 3.0, 0.0], num_samples=4))
        [1, 1, 1, 1]
    """

    def __init__(
        self,
        weights: Sequence[float] | Tensor,
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        if not isinstance(num_samples, int) or isinstance(num_samples, bool) or num_samples <= 0:
            raise ValueError(f"WeightedRandomSampler: num_samples expected an integer > 0, got {num_samples!r}")
        given = weights.detach() if isinstance(weights, Tensor) else weights
        array = np.array(given, dtype=np.float64)
        if array.ndim != 1:
            raise ValueError(f"WeightedRandomSampler: weights expected one axis, got shape {array.shape}")
        self.weights = tensor(array, dtype=float64)
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        return iter(multinomial(self.weights, self.num_samples, self.replacement, generator=self.generator).tolist())

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler:
    """Indices of another sampler, several at a time.

    Args:
        sampler: the order.
        batch_size: how many at a time.
        drop_last: whether to leave out the last batch where it is smaller.

    Example:
        >>> from dlcore.data import BatchSampler, SequentialSampler
        >>> list(BatchSampler(SequentialSampler("abcde"), batch_size=2, drop_last=False))
        [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Iterable[int], batch_size: int, drop_last: bool) -> None:
        if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size <= 0:
            raise ValueError(f"{type(self).__name__}: batch_size expected an integer > 0, got {batch_size!r}")
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[int]]:
        return self._batches(iter(self.sampler))

    def _batches(self, indices: Iterator[int]) -> Iterator[list[int]]:
        batch: list[int] = []
        for index in indices:
            batch.append(index)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch

    def __len__(self) -> int:
        full, rest = divmod(len(self.sampler), self.batch_size)  # type: ignore[arg-type]
        return full + (rest > 0 and not self.drop_last)


class BucketBatchSampler(BatchSampler):
    """Batches of samples of about the same length, so that little is padded.

    The order is cut into buckets, each bucket sorted by length and cut into batches; then the batches are shuffled.

    Args:
        sampler: the order, usually a RandomSampler.
        batch_size: how many samples at a time.
        drop_last: whether to leave out the batch that is smaller, if there is one.
        lengths: of each sample, by index.
        bucket_size_multiplier: how many batches a bucket holds: with more, batches are more even, and less random.
        shuffle: whether the batches come in a random order.
        generator: where that order comes from.

    Example:
        >>> from dlcore.data import BucketBatchSampler
        >>> lengths = [9, 2, 8, 1]
        >>> list(BucketBatchSampler(range(4), 2, False, lengths, shuffle=False))
        [[3, 1], [2, 0]]
    """

    def __init__(
        self,
        sampler: Iterable[int],
        batch_size: int,
        drop_last: bool,
        lengths: Sequence[int],
        bucket_size_multiplier: int = 100,
        shuffle: bool = True,
        generator: Generator | None = None,
    ) -> None:
        super().__init__(sampler, batch_size, drop_last)
        if bucket_size_multiplier < 1:
            raise ValueError(
                f"BucketBatchSampler: bucket_size_multiplier expected a number >= 1, got {bucket_size_multiplier}"
            )
        self.lengths = lengths
        self.bucket_size_multiplier = bucket_size_multiplier
        self.shuffle = shuffle
        self.generator = generator

    def __iter__(self) -> Iterator[list[int]]:
        order, size = list(self.sampler), self.batch_size * self.bucket_size_multiplier
        buckets = (sorted(order[i : i + size], key=self.lengths.__getitem__) for i in range(0, len(order), size))
        batches = [batch for bucket in buckets for batch in self._batches(iter(bucket))]
        if self.shuffle:
            batches = [batches[i] for i in randperm(len(batches), generator=self.generator).tolist()]
        return iter(batches)
