"""Who reads: what a worker knows of itself, and its random numbers.

NOTE [Random numbers of workers]
Each epoch has a seed of its own, made of the state of the loader's generator and the epoch's number; the generator is
not moved, so that reading with workers and without gives the same orders. Worker i has that seed plus i. A worker's
generator begins anew for each batch, by the batch's number: what a data set draws from `get_worker_info().generator`
is the same for any number of workers, and after an epoch was resumed in its middle.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._core import Generator, Tensor

_SEEDS = 1 << 64
_local = threading.local()


@dataclass
class WorkerInfo:
    """What a worker knows of itself.

    Attributes:
        id: its number, in [0, num_workers).
        num_workers: how many there are.
        seed: its seed, another one for each worker and epoch.
        dataset: the data set, in a process its copy.
        generator: a generator of its own, which begins anew for each batch.
    """

    id: int
    num_workers: int
    seed: int
    dataset: Any
    generator: Generator = field(default_factory=Generator)


def get_worker_info() -> WorkerInfo | None:
    """Return what the worker that calls this knows of itself, or None outside of workers."""
    return getattr(_local, "info", None)


def epoch_seeds(state: Tensor, epoch: int) -> tuple[int, int]:
    """Return two seeds, of the workers and of the batches, for a generator's state and an epoch's number."""
    entropy = [int(part) for part in state.numpy().view(np.uint64)]
    workers, batches = np.random.SeedSequence([*entropy, epoch]).generate_state(2, np.uint64).tolist()
    return workers, batches


class Reader:
    """Read batches in the thread that calls, as worker `info`.

    Args:
        info: which worker this is.
        fetch: reads a batch.
        init: the user's `worker_init_fn`.
        batch_seed: to which a batch's number is added for its seed.
    """

    def __init__(
        self,
        info: WorkerInfo,
        fetch: Callable[[Any], Any],
        init: Callable[[int], Any] | None,
        batch_seed: int,
    ) -> None:
        self.info = info
        self.fetch = fetch
        self.init = init
        self.batch_seed = batch_seed

    def begin(self) -> None:
        """Become the worker of this thread."""
        _local.info = self.info
        if self.init is not None:
            self.init(self.info.id)

    def seed_of(self, number: int) -> int:
        """Return the seed of a batch."""
        return (self.batch_seed + number) % _SEEDS

    def read(self, number: int, work: Any) -> Any:
        """Read batch `number`."""
        self.info.generator.manual_seed(self.seed_of(number))
        return self.fetch(work)

    def stop(self) -> None:
        """Do nothing: a thread that reads is waited for."""


def worker_seed(base: int, worker: int) -> int:
    """Return the seed of a worker."""
    return (base + worker) % _SEEDS
