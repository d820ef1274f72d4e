"""Batches read ahead by workers."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from typing import Any, Protocol

from .fetch import End


class _Reads(Protocol):
    def begin(self) -> None: ...
    def read(self, number: int, work: Any) -> Any: ...
    def stop(self) -> None: ...


def read_ahead(readers: Sequence[_Reads], works: Iterator[Any], first: int, batches_per_worker: int) -> Iterator[Any]:
    """Yield batches in order while workers read those to come.

    Workers take turns, and each hands over in order, so that who is faster changes nothing.

    Args:
        readers: the workers; each gets a thread.
        works: what to read for each batch.
        first: the number of the first batch.
        batches_per_worker: how many batches each reads ahead.
    """
    crew = _Crew(readers)
    turns = deque(crew.lanes)  # the workers that are not at their end, the next one first
    pending: deque[_Lane] = deque()
    try:
        while True:
            while turns and len(pending) <= len(crew.lanes) * batches_per_worker:
                try:
                    work = next(works)
                except StopIteration:
                    turns.clear()
                    break
                lane = turns[0]
                turns.rotate(-1)
                lane.ask(first, work)
                pending.append(lane)
            if not pending:
                return
            lane = pending.popleft()
            batch = lane.take()
            if batch is not End:
                yield batch
            elif lane in turns:
                turns.remove(lane)
    finally:  # also where the one that reads stops early or an error comes out: nothing outlives the loop
        crew.close()


class _Lane:
    """A thread with what it shall read and what it has read."""

    def __init__(self, reader: _Reads, index: int, lanes: int) -> None:
        self.reader = reader
        self.index = index
        self.lanes = lanes
        self.asked = 0
        self.stopped = threading.Event()
        self.tasks: SimpleQueue[tuple[int, Any] | None] = SimpleQueue()
        self.results: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        self.thread = threading.Thread(
            target=_work,
            args=(self.reader, self.tasks, self.results, self.stopped),
            name=f"dlcore-data-{index}",
            daemon=True,  # Python does not wait for it at its end, but calls `_close` before
        )

    def ask(self, first: int, work: Any) -> None:
        self.tasks.put((first + self.asked * self.lanes + self.index, work))
        self.asked += 1

    def take(self) -> Any:
        batch, error = self.results.get()
        if error is not None:
            raise error
        return batch


class _Crew:
    """The workers of one iteration, which end with it, or with this object, or with Python."""

    def __init__(self, readers: Sequence[_Reads]) -> None:
        self.lanes = [_Lane(reader, index, len(readers)) for index, reader in enumerate(readers)]
        self.close = weakref.finalize(self, _close, self.lanes)
        for lane in self.lanes:
            lane.thread.start()


def _close(lanes: Sequence[_Lane]) -> None:
    for lane in lanes:
        lane.stopped.set()
        lane.tasks.put(None)
    for lane in lanes:
        lane.reader.stop()
    for lane in lanes:
        if lane.thread is not threading.current_thread():  # where it is the garbage collector that closes
            lane.thread.join()


def _work(reader: _Reads, tasks: SimpleQueue[Any], results: SimpleQueue[Any], stopped: threading.Event) -> None:
    failed: BaseException | None = None
    try:
        reader.begin()
    except BaseException as error:
        failed = error
    while (task := tasks.get()) is not None and not stopped.is_set():
        try:
            if failed is not None:
                raise failed
            results.put((reader.read(*task), None))
        except BaseException as error:  # it comes out where the batch would have
            results.put((None, error))
