"""A core that another process holds: how much slower a product gets, with two threads on two cores."""

import os
import signal
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .alternate import quartiles
from .rounds import Sides

NAME, WORK = "busy/matmul_1024", "matmul/square/1024"


class Hog:
    """A process that does nothing but hold a core, while it is let."""

    def __init__(self, cpu: int):
        """Start it, stopped."""
        self._process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        os.sched_setaffinity(self._process.pid, {cpu})
        self._process.send_signal(signal.SIGSTOP)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let it run for a while."""
        self._process.send_signal(signal.SIGCONT)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGSTOP)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


def measure(sides: Sides, cpus: list[int], rounds: int, seconds: float) -> dict[str, Any]:
    """Return the same as rounds.measure, where each ratio is one of slowdowns."""
    players = ["dlcore", *(peer for peer in sides.peers if peer == "torch")]
    turn = max(seconds, 0.2)  # the scheduler takes some of its periods to settle
    for side in players:
        sides.order(side, "prepare", name=WORK, direction="forward", seconds=turn)
    free: dict[str, list[float]] = {side: [] for side in players}
    held: dict[str, list[float]] = {side: [] for side in players}
    hog = Hog(cpus[-1])
    try:
        for _ in range(rounds):
            for side in players:
                free[side].append(sides.order(side, "run", name=WORK)["seconds"])
            with hog.running():
                for side in players:
                    held[side].append(sides.order(side, "run", name=WORK)["seconds"])
    finally:
        hog.close()
    slowdowns = {side: [b / a for a, b in zip(free[side], held[side], strict=True)] for side in players}
    ratios = {
        side: quartiles([ours / theirs for ours, theirs in zip(slowdowns["dlcore"], slowdowns[side], strict=True)])
        for side in players
        if side != "dlcore"
    }
    for side in players:
        sides.order(side, "forget")
    return {
        "case": NAME,
        "direction": "forward",
        "threads": sides.threads,
        "seconds": {side: statistics.median(held[side]) for side in players},
        "slowdowns": {side: statistics.median(slowdowns[side]) for side in players},
        "ratios": ratios,
        "rounds": rounds,
        "failed": {},
    }
