"""The best value of a number so far."""

from __future__ import annotations

import math
from collections.abc import Mapping


class BestValue:
    """Tell whether a number of the history is better than all before.

    Args:
        owner: who asks, for errors.
        monitor: the number's name.
        mode: 'min' where less is better, 'max' where more is.
        min_delta: by how much it has to be better to count.
    """

    def __init__(self, owner: str, monitor: str, mode: str, min_delta: float = 0.0) -> None:
        if mode not in ("min", "max"):
            raise ValueError(f"{owner}: mode expected 'min' or 'max', got {mode!r}")
        if not min_delta >= 0:
            raise ValueError(f"{owner}: min_delta expected a number >= 0, got {min_delta}")
        self.owner = owner
        self.monitor = monitor
        self.sign = 1 if mode == "min" else -1
        self.min_delta = min_delta
        self.value: float | None = None

    def update(self, entry: Mapping[str, float]) -> bool:
        """Look at an entry of the history; NaN is never better."""
        if self.monitor not in entry:
            raise KeyError(f"{self.owner}: monitor expected one of {', '.join(entry)}, got {self.monitor!r}")
        value = entry[self.monitor]
        if math.isnan(value):
            return False
        if self.value is None or self.sign * value < self.sign * self.value - self.min_delta:
            self.value = value
            return True
        return False
