"""A process of its own for a side and a number of threads, so that pools of threads do not meet.

`python -m bench.worker SIDE THREADS` reads orders from standard input and answers there, one line of JSON each. Between
its turns it sleeps; `Worker` is the other end of the pipe.
"""

import contextlib
import gc
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from .alternate import Work, calls_for, seconds_per_call
from .cases import CASES
from .sides import NotThereError, environment, open_side

_LONG = 0.1  # seconds: a call so long warms up for itself


def _message(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"[:200]


class _Prepared:
    """Works that are ready to be timed, by name."""

    def __init__(self, side: str, threads: int):
        self.side = open_side(side, threads)
        self.works: dict[str, tuple[Work, int]] = {}

    def prepare(self, name: str, direction: str, seconds: float) -> dict[str, Any]:
        try:
            work, checks = self.side.prepare(CASES[name], direction)
            calls = calls_for(work, seconds)
        except NotThereError as error:
            return {"missing": str(error)}
        except Exception as error:  # whatever a library raises is reported, not hidden
            if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
                return {"missing": str(error)}
            return {"error": _message(error)}
        self.works[name] = (work, calls)
        gc.collect()
        return {"calls": calls, "checks": checks}

    def run(self, name: str) -> dict[str, Any]:
        work, calls = self.works[name]
        begin = time.perf_counter()
        work()
        if (first := time.perf_counter() - begin) > _LONG:
            return {"seconds": first if calls == 1 else seconds_per_call(work, calls)}
        return {"seconds": seconds_per_call(work, calls)}

    def forget(self) -> dict[str, Any]:
        self.works.clear()
        gc.collect()
        return {}


def main() -> None:
    """Serve orders until standard input ends."""
    side, threads = sys.argv[1], int(sys.argv[2])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints goes elsewhere
    prepared = _Prepared(side, threads)
    gc.disable()
    print("{}", file=answers, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        result = getattr(prepared, order.pop("do"))(**order)
        print(json.dumps(result), file=answers, flush=True)


class WorkerError(Exception):
    """A worker that died or did not answer in time."""


class Worker:
    """The end of the pipe at which orders are given."""

    def __init__(self, side: str, threads: int, cpus: list[int]):
        """Start the process, on `threads` of the processors: the last ones, as the first serves the devices."""
        self.side, self.threads = side, threads
        mine = os.sched_getaffinity(0)
        os.sched_setaffinity(0, cpus[-threads:])  # which the process and all its threads inherit
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.worker", side, str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(threads),
            cwd=Path(__file__).parent.parent,
            start_new_session=True,
        )
        os.sched_setaffinity(0, mine)
        self._answer(timeout=120)

    def _answer(self, timeout: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], timeout)
        line = self._process.stdout.readline() if ready else None
        if line:
            return json.loads(line)
        self.close()
        raise WorkerError(f"did not end in {timeout:.0f} s" if line is None else "the process died")

    def order(self, do: str, timeout: float = 60, **arguments: Any) -> dict[str, Any]:
        """Give an order and wait for its answer, then until no thread of the worker spins any more."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise WorkerError("the process died") from None
        answer = self._answer(timeout)
        self._wait_until_quiet()
        return answer

    def _wait_until_quiet(self, limit: float = 0.2) -> None:
        end = time.monotonic() + limit
        while time.monotonic() < end and self._running():
            time.sleep(0.001)

    def _running(self) -> bool:
        """Tell whether any thread has work; pools spin for some milliseconds before they sleep."""
        for task in Path(f"/proc/{self._process.pid}/task").glob("*/stat"):
            with contextlib.suppress(OSError):
                if task.read_text().rpartition(")")[2].split()[0] == "R":
                    return True
        return False

    def close(self) -> None:
        """End the process, and what it may have started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


if __name__ == "__main__":
    main()
