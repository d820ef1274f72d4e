"""Times two sides of the same work in turns: a shared machine drifts, and only ratios of neighbours can be believed."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Comparison:
    """Seconds per call of both sides (medians), and the ratio ours / theirs: median and quartiles over the rounds."""

    ours: float
    theirs: float
    ratio: float
    low: float
    high: float


def _seconds(work: Work, calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - start) / calls


def _calls_for(work: Work, seconds: float) -> int:
    """How many calls take about so long, found after a warm-up."""
    calls = 1
    while (per_call := _seconds(work, calls)) * calls < seconds / 4:
        calls *= 2
    return max(1, round(seconds / per_call))


def compare(ours: Work, theirs: Work, rounds: int = 21, seconds: float = 0.02) -> Comparison:
    """Run both sides alternately; each turn takes about `seconds`."""
    our_calls, their_calls = _calls_for(ours, seconds), _calls_for(theirs, seconds)
    pairs = [(_seconds(ours, our_calls), _seconds(theirs, their_calls)) for _ in range(rounds)]
    low, middle, high = statistics.quantiles([a / b for a, b in pairs], n=4)
    return Comparison(
        ours=statistics.median(a for a, _ in pairs),
        theirs=statistics.median(b for _, b in pairs),
        ratio=middle,
        low=low,
        high=high,
    )
