"""Times two sides of the same work in turns: a shared machine drifts, and only ratios of neighbours can be believed.

For a question of the moment, in one process: `print(compare(ours, theirs))`. `python -m bench.compare` takes its turns
in the same way, with every side in a process of its own.
"""

import statistics
import time
from collections.abc import Callable, Sequence
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


def seconds_per_call(work: Work, calls: int) -> float:
    """Time so many calls."""
    start = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - start) / calls


def calls_for(work: Work, seconds: float) -> int:
    """How many calls take about so long, found after a warm-up."""
    calls = 1
    while (per_call := seconds_per_call(work, calls)) * calls < seconds / 4:
        calls *= 2
    return max(1, round(seconds / per_call))


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the lower quartile, the median and the upper quartile."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def compare(ours: Work, theirs: Work, rounds: int = 21, seconds: float = 0.02) -> Comparison:
    """Run both sides alternately; each turn takes about `seconds`."""
    our_calls, their_calls = calls_for(ours, seconds), calls_for(theirs, seconds)
    pairs = [(seconds_per_call(ours, our_calls), seconds_per_call(theirs, their_calls)) for _ in range(rounds)]
    low, middle, high = quartiles([a / b for a, b in pairs])
    return Comparison(
        ours=statistics.median(a for a, _ in pairs),
        theirs=statistics.median(b for _, b in pairs),
        ratio=middle,
        low=low,
        high=high,
    )
