"""Reading a data set in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, repeat, takewhile
from typing import Any

from .._core import Generator, Tensor, default_generator
from .collate import default_collate
from .dataset import Dataset, IterableDataset
from .fetch import End, Rows, Samples, Stream
from .sampler import BatchSampler, RandomSampler, SequentialSampler
from .worker import Reader, WorkerInfo, epoch_seeds, worker_seed


@dataclass
class _Position:
    """Where in the data a loader is."""

    epoch: int = 0
    batch: int = 0  # how many batches of the epoch were handed out
    begun: bool = False
    generators: list[Tensor] = field(default_factory=list)  # their states when the epoch began


class DataLoader:
    """Batches of a data set, in an order of one's choice.

    The order is settled in the thread that iterates, so a seeded generator gives the same batches for any number of
    workers. An error in a data set comes out where the batch would have, with its own traceback (from a process as the
    error's cause). `state_dict` tells the position in the data, to go on from there later.

    Workers are threads: a kernel, a read from a file and most of NumPy let others run meanwhile. For data sets that
    work in Python, `multiprocessing_context="spawn"` makes them processes; data set and functions are pickled then.

    Args:
        dataset: what to read: `dataset[i]` for i in [0, `len(dataset)`), or an IterableDataset.
        batch_size: samples in a batch.
        shuffle: whether each iteration takes a new random order.
        sampler: the order instead: an iterable of indices.
        batch_sampler: the batches instead: an iterable of lists of indices.
        num_workers: how many read ahead; 0 reads in the calling thread.
        collate_fn: makes a batch of a list of samples; `default_collate` if left out.
        drop_last: whether to leave out the last batch where it is smaller.
        worker_init_fn: called with its number in each worker before it reads.
        multiprocessing_context: None for threads; 'spawn' or 'forkserver' for processes started that way.
        generator: where the random order and the workers' seeds come from.
        prefetch_factor: how many batches each worker reads ahead.

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
        worker_init_fn: Callable[[int], Any] | None = None,
        multiprocessing_context: str | None = None,
        generator: Generator | None = None,
        prefetch_factor: int = 2,
    ) -> None:
        if num_workers < 0:
            raise ValueError(f"DataLoader: num_workers expected a number >= 0, got {num_workers}")
        if prefetch_factor < 1:
            raise ValueError(f"DataLoader: prefetch_factor expected a number >= 1, got {prefetch_factor}")
        if multiprocessing_context not in (None, "spawn", "forkserver"):  # a fork copies locks that threads hold
            raise ValueError(
                "DataLoader: multiprocessing_context expected None, 'spawn' or 'forkserver', "
                f"got {multiprocessing_context!r}"
            )
        if multiprocessing_context is not None and num_workers == 0:
            raise ValueError("DataLoader: multiprocessing_context expected num_workers > 0, got 0")
        if sampler is not None and shuffle:
            raise ValueError("DataLoader: sampler expected without shuffle, got both")
        if isinstance(dataset, IterableDataset):
            if shuffle or sampler is not None or batch_sampler is not None:
                raise ValueError(
                    "DataLoader: an IterableDataset expected without shuffle, sampler and batch_sampler: "
                    "it has an order of its own"
                )
            BatchSampler((), batch_size, drop_last)  # checks the size
        elif batch_sampler is not None:
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
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = multiprocessing_context
        self.generator = generator
        self.prefetch_factor = prefetch_factor
        self._position = _Position()
        self._resumed = False

    def __len__(self) -> int:
        if self.batch_sampler is not None:
            return len(self.batch_sampler)  # type: ignore[arg-type]
        full, rest = divmod(len(self.dataset), self.batch_size)  # type: ignore[arg-type]
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[Any]:
        generators = self._generators()
        if self._resumed:
            self._resumed = False
            position, kept = self._position, default_generator.get_state()
            for generator, state in zip(generators, position.generators, strict=True):
                generator.set_state(state)
            batches = self._read(position)
            default_generator.set_state(kept)  # others drew from it since the epoch began
        else:
            last = self._position
            states = [generator.get_state() for generator in generators]
            position = self._position = _Position(last.epoch + last.begun, 0, True, states)
            batches = self._read(position)
        return self._counted(batches, position)

    def _counted(self, batches: Iterator[Any], position: _Position) -> Iterator[Any]:
        for batch in batches:
            position.batch += 1
            yield batch
        if position is self._position:
            self._position = _Position(position.epoch + 1)

    def _read(self, position: _Position) -> Iterator[Any]:
        """Draw the order and the seeds of an epoch, and return its batches from the position on."""
        seeds = epoch_seeds((self.generator or default_generator).get_state(), position.epoch)
        works = repeat(None) if self.batch_sampler is None else iter(self.batch_sampler)
        skipped = position.batch
        if self.batch_sampler is not None:
            if sum(1 for _ in islice(works, skipped)) < skipped:
                raise RuntimeError(f"DataLoader: batch {skipped} is where it stopped, but the data has fewer now")
            return self._batches(works, skipped, seeds)
        return islice(self._batches(works, 0, seeds), skipped, None)  # a stream can only be read again from its start

    def _batches(self, works: Iterator[Any], first: int, seeds: tuple[int, int]) -> Iterator[Any]:
        if self.num_workers == 0:
            return takewhile(lambda batch: batch is not End, map(self._fetch(), works))
        from .read_ahead import read_ahead

        readers: list[Any] = []
        for i in range(self.num_workers):
            info = WorkerInfo(i, self.num_workers, worker_seed(seeds[0], i), self.dataset)
            readers.append(Reader(info, self._fetch(), self.worker_init_fn, seeds[1]))
        if self.multiprocessing_context is not None:
            import multiprocessing

            from .process import ProcessReader

            context = multiprocessing.get_context(self.multiprocessing_context)
            readers = [ProcessReader(reader, context) for reader in readers]
        return read_ahead(readers, works, first, self.prefetch_factor)

    def _fetch(self) -> Callable[[Any], Any]:
        if self.batch_sampler is None:
            return Stream(self.dataset, self.collate_fn, self.batch_size, self.drop_last)  # type: ignore[arg-type]
        if self.collate_fn is default_collate and Rows.can_read(self.dataset):
            return Rows(self.dataset)
        return Samples(self.dataset, self.collate_fn)

    # ---- State ----

    def _generators(self) -> list[Generator]:
        """Return the default generator, and those that the loader and its samplers draw from."""
        owners = (self, self.sampler, self.batch_sampler, getattr(self.batch_sampler, "sampler", None))
        found = [default_generator]
        for owner in owners:
            generator = getattr(owner, "generator", None)
            if generator is not None and all(generator is not other for other in found):
                found.append(generator)
        return found

    def state_dict(self) -> dict[str, Any]:
        """Return the position in the data: epoch, batch, and the states of the generators that the order is drawn from.

        Inside a loop over the loader the batch in hand counts as read. The state of the default generator itself is
        `dlcore.get_rng_state()`.
        """
        position = self._position
        states = position.generators if position.begun else [g.get_state() for g in self._generators()]
        return {
            "epoch": position.epoch,
            "batch": position.batch,
            "begun": position.begun,
            "generators": [state.clone() for state in states],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Let the next iteration go on where `state_dict` was called.

        The batches are the same as they would have been, if data and options are the same. A sampler has to draw when
        its iteration begins, as those of dlcore do. Streams are read again from their start up to the position.

        Raises:
            KeyError, ValueError: the state is no such; nothing was changed.
        """
        missing = [key for key in ("epoch", "batch", "begun", "generators") if key not in state_dict]
        if missing:
            raise KeyError(f"DataLoader: state_dict expected epoch, batch, begun and generators, got no {missing[0]}")
        generators, states = self._generators(), list(state_dict["generators"])
        if len(states) != len(generators):
            raise ValueError(f"DataLoader: state_dict expected {len(generators)} generators, got {len(states)}")
        self._resumed = bool(state_dict["begun"])
        self._position = _Position(state_dict["epoch"], state_dict["batch"], self._resumed, states)
        if not self._resumed:  # the default generator is the user's to put back
            for generator, state in zip(generators[1:], states[1:], strict=True):
                generator.set_state(state)
