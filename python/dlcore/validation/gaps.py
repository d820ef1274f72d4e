"""How much worse a network is on some samples than on others, and how much of that chance alone may do."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data import Dataset
from .recipe import Recipe
from .samples import select
from .trials import BEYOND_CHANCE, Trial, Trials

_GROUPS = 30  # a spread of 30 numbers is known to about an eighth of itself


@dataclass(frozen=True)
class Part:
    """How bad a network is on some samples: the mean, its standard error over samples, and how many there are."""

    name: str
    badness: float
    error: float
    samples: int


@dataclass(frozen=True)
class Gap:
    """By how much it is worse on one part of the data than on another."""

    before: Part
    after: Part

    @property
    def size(self) -> float:
        """The difference of the means."""
        return self.after.badness - self.before.badness

    @property
    def error(self) -> float:
        """Its standard error over samples."""
        return math.hypot(self.before.error, self.after.error)

    @property
    def standard_errors(self) -> float:
        """How many standard errors it is."""
        if self.error > 0:
            return self.size / self.error
        return math.inf if self.size > 0 else 0.0

    @property
    def beyond_chance(self) -> bool:
        """Whether it is more than three standard errors."""
        return self.standard_errors > BEYOND_CHANCE

    @property
    def samples_to_tell(self) -> float:
        """How many samples each part needs, about, for a gap of this size to be three standard errors."""
        variance = sum(part.samples * part.error**2 for part in (self.before, self.after))
        return BEYOND_CHANCE**2 * variance / self.size**2

    def __str__(self) -> str:
        return f"{self.size:.3g} +- {self.error:.2g}"


def part_of(trials: Trials, recipe: Recipe, trial: Trial, name: str) -> Part:
    """Return how bad a trial's networks are on "train", "validation" or "test" samples."""
    data = getattr(trials, name)
    badness = trials.measure.badness(getattr(trial, name).mean())
    error = _standard_error(trials, recipe, trial, data) if math.isfinite(badness) else 0.0
    return Part("training" if name == "train" else name, badness, error, len(data))


def _standard_error(trials: Trials, recipe: Recipe, trial: Trial, data: Dataset[Any]) -> float:
    """Return the standard error over samples of the mean over networks; infinite of a single sample.

    Samples are drawn into groups, and the spread of the groups' means tells that of the whole mean. So a loss that
    weighs the samples of a batch against each other, as that of classes with weights does, is measured as it is on all
    of them; of one sample at a time the weights would cancel.
    """
    count = len(data)  # type: ignore[arg-type]
    groups = min(count, _GROUPS)
    if groups < 2:
        return math.inf
    order = np.random.default_rng(trials.seed).permutation(count)
    means = [
        np.mean([recipe.evaluate(model, group)[trials.measure.name] for model in trial.models])
        for group in (select(data, order[first::groups]) for first in range(groups))
    ]
    return float(np.std(means, ddof=1) / math.sqrt(groups))
