"""Workers that are processes of their own."""

from __future__ import annotations

import multiprocessing
import pickle
import random
import signal
import threading
import traceback
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

import numpy as np

from .._core import manual_seed
from .worker import Reader

_PATIENCE = 5.0  # seconds that a process is given to end before it is killed


class WorkerTraceback(Exception):
    """The traceback of an error as the worker's process saw it; the cause of the error that comes out here."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return f"\n{self.text}"


class ProcessReader:
    """Read batches in a process that a thread here waits for.

    Args:
        reader: what reads there; it is pickled.
        context: how the process starts.
    """

    def __init__(self, reader: Reader, context: BaseContext) -> None:
        self._reader = reader
        self._lock = threading.Lock()  # between the thread that starts the process and whoever stops it
        self._stopped = False
        self._here, there = multiprocessing.Pipe()
        name = f"dlcore-data-{reader.info.id}"
        self._process = context.Process(target=_serve, args=(reader, there), name=name, daemon=True)
        self._there = there

    def begin(self) -> None:
        """Start the process."""
        with self._lock:
            if not self._stopped:
                self._process.start()
                self._there.close()  # so that the end of the process is the end of the pipe

    def read(self, number: int, work: Any) -> Any:
        """Let the process read batch `number`."""
        try:
            self._here.send((number, work))
            value, error, text = pickle.loads(self._here.recv_bytes())
        except (EOFError, OSError):
            self._process.join(_PATIENCE)
            raise RuntimeError(
                f"DataLoader: worker {self._reader.info.id} (process {self._process.pid}) died, "
                f"exit code {self._process.exitcode}"
            ) from None
        if error is not None:
            raise error from WorkerTraceback(text)
        return value

    def stop(self) -> None:
        """End the process, whatever it is at."""
        with self._lock:
            self._stopped = True
            if self._process.pid is None:
                return
        self._process.terminate()
        self._process.join(_PATIENCE)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()


def _serve(reader: Reader, connection: Connection) -> None:
    """Answer with a batch, or an error and its traceback, until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the one that reads ends this one
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    failed = None
    try:
        reader.begin()
    except BaseException as error:
        failed = _portable(error)
    while True:
        try:
            number, work = connection.recv()
        except EOFError:
            return
        answer = failed or _answer(reader, number, work)
        try:
            connection.send_bytes(answer)
        except OSError:
            return


def _answer(reader: Reader, number: int, work: Any) -> bytes:
    try:
        seed = reader.seed_of(number)
        manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed % (1 << 32))  # noqa: NPY002  # what a data set may draw from
        return pickle.dumps((reader.read(number, work), None, ""), pickle.HIGHEST_PROTOCOL)
    except BaseException as error:
        return _portable(error)


def _portable(error: BaseException) -> bytes:
    """Pickle an error, or where it cannot be pickled one with the same text, and its traceback."""
    text = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        error = RuntimeError(f"{type(error).__name__}: {error}")
    return pickle.dumps((None, error, text))
