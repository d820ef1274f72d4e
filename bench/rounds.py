"""Takes turns: every side does the same work once per round, in a process of its own, while the others sleep."""

import math
import statistics
import time
from typing import Any

from .alternate import quartiles
from .cases import CASES, Case, Step
from .sides import PEERS
from .worker import Worker, WorkerError

_BUDGET = 30.0  # seconds for the rounds of one case and direction, beyond which there are fewer rounds
_FEWEST = 5
_BEHIND = {1: 5.0, 3: 2.0}  # after so many rounds, a peer that is so many times slower than another needs no more
_SAME = 1e-3  # by which norms may differ between libraries


class Sides:
    """The workers of one number of threads; one that died is started again."""

    def __init__(self, threads: int, peers: list[str], cpus: list[int]):
        """Start no process yet."""
        self.threads, self.peers, self._cpus = threads, peers, cpus
        self._workers: dict[str, Worker] = {}

    def worker(self, side: str) -> Worker:
        """Return the process of a side."""
        if side not in self._workers:
            self._workers[side] = Worker(side, self.threads, self._cpus)
        return self._workers[side]

    def order(self, side: str, do: str, **arguments: Any) -> dict[str, Any]:
        """Give a side an order; one that dies of it is forgotten, so that the next order finds a new process."""
        try:
            return self.worker(side).order(do, **arguments)
        except WorkerError:
            self._workers.pop(side, None)
            raise

    def close(self) -> None:
        """End all processes."""
        for worker in self._workers.values():
            worker.close()
        self._workers.clear()


def _players(case: Case | Step, peers: list[str]) -> dict[str, tuple[str, str]]:
    """Who takes part, by label: the side and the name of the case."""
    players = {"dlcore": ("dlcore", case.name)}
    if case.against:
        return players | {case.against: ("dlcore", case.against)}
    beside = {"torch", "compile"} if isinstance(case, Step) and case.compiles else {"torch"}
    chosen = [peer for peer in peers if not isinstance(case, Step) or peer in beside]
    return players | {peer: (peer, case.name) for peer in chosen}


def _same(a: list[float], b: list[float]) -> bool:
    return len(a) == len(b) and all(math.isclose(x, y, rel_tol=_SAME) for x, y in zip(a, b, strict=True))


def measure(sides: Sides, name: str, direction: str, rounds: int, seconds: float) -> dict[str, Any]:
    """Return medians of seconds, ratios to each peer with their quartiles, and why a side has none."""
    case = CASES[name]
    failed: dict[str, str] = {}
    players: dict[str, tuple[str, str]] = {}
    checks: dict[str, list[float]] = {}
    for label, (side, work) in _players(case, sides.peers).items():
        try:
            answer = sides.order(side, "prepare", name=work, direction=direction, seconds=seconds, timeout=240)
        except WorkerError as error:
            answer = {"error": str(error)}
        if "checks" not in answer:
            failed[label] = answer.get("error") or f"missing: {answer['missing']}"
            continue
        players[label], checks[label] = (side, work), answer["checks"]
    for label in set(players) & set(PEERS):
        if "dlcore" in checks and not _same(checks[label], checks["dlcore"]):
            failed[label] = f"computes something else: norms {checks[label]}, dlcore {checks['dlcore']}"
            del players[label]

    times = _rounds(sides, players, failed, rounds, seconds)
    for side in {side for side, _ in players.values()}:
        sides.order(side, "forget")
    ratios = {
        label: quartiles([ours / theirs for ours, theirs in zip(times["dlcore"], turns, strict=False)])
        for label, turns in times.items()
        if label != "dlcore" and "dlcore" in times
    }
    return {
        "case": name,
        "direction": direction,
        "threads": sides.threads,
        "seconds": {label: statistics.median(turns) for label, turns in times.items()},
        "ratios": ratios,
        "rounds": len(times.get("dlcore", ())),
        "failed": failed,
    }


def _rounds(
    sides: Sides, players: dict[str, tuple[str, str]], failed: dict[str, str], rounds: int, seconds: float
) -> dict[str, list[float]]:
    """Take the turns; who begins changes from round to round."""
    times: dict[str, list[float]] = {label: [] for label in players}
    active = list(players)
    begin = time.monotonic()
    done = 0
    while done < rounds:
        for label in active[done % len(active) :] + active[: done % len(active)] if active else ():
            side, work = players[label]
            try:
                times[label].append(sides.order(side, "run", name=work, timeout=120)["seconds"])
            except WorkerError as error:
                failed[label] = str(error)
                active.remove(label)
                del players[label], times[label]
        done += 1
        each = (time.monotonic() - begin) / done
        rounds = min(rounds, max(_FEWEST, int(_BUDGET / each)))
        if done in _BEHIND:
            active = [label for label in active if not _hopeless(label, times, seconds, _BEHIND[done])]
    return times


def _hopeless(label: str, times: dict[str, list[float]], seconds: float, behind: float) -> bool:
    """Tell whether a peer takes so long, and is so far behind another, that more of its turns would tell nothing."""
    if label not in PEERS or min(times[label]) < 3 * seconds:
        return False
    return any(min(times[label]) > behind * max(times[peer]) for peer in PEERS if peer in times)
