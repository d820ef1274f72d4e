"""Data sets and functions that the processes of a loader can import."""

import os
import random
import signal
import threading
import time

import dlcore as dl
import numpy as np
from dlcore.data import Dataset, IterableDataset, get_worker_info


class Numbers(Dataset):
    """0, 1, ... n - 1."""

    def __init__(self, n):
        self.n = n

    def __getitem__(self, index):
        return index

    def __len__(self):
        return self.n


class Failing(Numbers):
    """Sample five cannot be read."""

    def __getitem__(self, index):
        if index == 5:
            raise KeyError("sample five is spoilt")
        return index


class Stubborn(Exception):
    """An error that cannot be unpickled."""

    def __init__(self, first, second):
        super().__init__(f"{first} and {second}")


class FailingStubbornly(Numbers):
    """No sample can be read."""

    def __getitem__(self, index):
        raise Stubborn("a", "b")


class Noise(Numbers):
    """Random numbers from the generator of the worker."""

    def __getitem__(self, index):
        return dl.rand(2, generator=get_worker_info().generator)


class GlobalNoise(Numbers):
    """Random numbers from all that a process has of them."""

    def __getitem__(self, index):
        return dl.rand(1).item(), random.random(), np.random.rand()  # noqa: NPY002


class Who(Numbers):
    """What the worker knows of itself."""

    def __getitem__(self, index):
        info = get_worker_info()
        return info.id, info.num_workers, info.seed, threading.get_ident() if info.dataset is self else os.getpid()


class Dying(Numbers):
    """A worker that reads sample two is killed."""

    def __getitem__(self, index):
        if index == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return index


class Sleepy(Numbers):
    """A sample takes half a second."""

    def __getitem__(self, index):
        time.sleep(0.5)
        return index


class SlowWhereOdd(Numbers):
    """An odd sample takes longer than anybody waits."""

    SECONDS = 60

    def __getitem__(self, index):
        time.sleep(self.SECONDS * (index % 2))
        return index


class Shared(IterableDataset):
    """Numbers, of which each worker gives its share; `uneven` lets the first one stop early."""

    def __init__(self, n, uneven=False):
        self.n = n
        self.uneven = uneven

    def __iter__(self):
        info = get_worker_info()
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        end = 3 if self.uneven and first == 0 and info is not None else self.n
        yield from range(first, end, step)


def refuse(worker):
    """A worker_init_fn that fails."""
    raise OSError(f"worker {worker} has no file")
