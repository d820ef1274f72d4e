"""Ctrl-C, at a point where everything is whole."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .run import Run


@contextmanager
def stop_on_interrupt(run: Run) -> Iterator[None]:
    """Let the first Ctrl-C set `run.stop`, and the second one raise KeyboardInterrupt.

    Only where Python would have raised it: in the main thread, with the handler that Python begins with.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is not signal.default_int_handler:
        yield
        return

    def handle(number: int, frame: Any) -> None:
        if run.interrupted:
            raise KeyboardInterrupt
        run.interrupted = run.stop = True

    signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
