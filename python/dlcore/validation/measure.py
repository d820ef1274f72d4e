"""What decides whether a model is good."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..train import Metric


@dataclass(frozen=True)
class Measure:
    """The number that decides, and how small or large it should be.

    Attributes:
        name: "loss" or the metric's.
        mode: 'min' where less is better, 'max' where more is.
        target: what is good enough.
    """

    name: str
    mode: str
    target: float

    def badness(self, value: float) -> float:
        """Return a number of which less is better; what is no number is as bad as can be."""
        value = value if self.mode == "min" else -value
        return value if math.isfinite(value) else math.inf

    def is_good(self, value: float) -> bool:
        """Tell whether the target is reached."""
        return self.badness(value) <= self.badness(self.target)

    def share_closed(self, before: float, after: float) -> float:
        """Return how much of the way from a value that is not good to the target another one has gone."""
        before, after, target = self.badness(before), self.badness(after), self.badness(self.target)
        if math.isinf(before) or math.isinf(after):
            return float(after <= target)
        return (before - after) / (before - target)


def mode_of(owner: str, mode: str | None, metric: Metric | None) -> str:
    """Return 'min' where less is better and 'max' where more is: as asked for, or as the metric says.

    Raises:
        ValueError: it is neither, or not given for a metric that does not say.
    """
    if mode is not None:
        if mode not in ("min", "max"):
            raise ValueError(f"{owner}: mode expected 'min' or 'max', got {mode!r}")
        return mode
    if metric is None:  # the loss decides
        return "min"
    if metric.higher_is_better is None:
        name = type(metric).__name__
        raise ValueError(f"{owner}: mode expected 'min' or 'max' for {name}, which has no higher_is_better, got None")
    return "max" if metric.higher_is_better else "min"
