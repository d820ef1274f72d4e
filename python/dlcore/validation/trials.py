"""What a diagnosis trains: recipes, several times each, on the same samples."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..data import Dataset
from ..nn.module import Module
from .measure import Measure
from .recipe import Recipe
from .seeds import seed_of

BEYOND_CHANCE = 3  # standard errors


@dataclass(frozen=True)
class Trial:
    """One recipe, trained once for each seed.

    Attributes:
        name: which it is.
        role: what it was trained for: "asked", "smaller", "relaxed", "optimizer", "larger" or "half".
        parameters: how many numbers it learns.
        train: what decides, on the samples that were learnt from, (seeds,).
        validation: the same on samples of the same kind that were held out.
        test: the same on the test samples.
        curves: what decides, in each epoch of training, (seeds, epochs); where one ended earlier, its last number.
        validation_curves: the same on the samples that were held out, after each epoch.
        models: the networks.
    """

    name: str
    role: str
    parameters: int
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    curves: np.ndarray = field(repr=False)
    validation_curves: np.ndarray = field(repr=False)
    models: list[Module] = field(repr=False)

    def standard_error(self, part: str) -> float:
        """Return the standard error over seeds of "train", "validation" or "test"; 0 of one seed."""
        values = getattr(self, part)
        with np.errstate(invalid="ignore"):  # infinite losses have no spread
            return float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else 0.0


@dataclass
class Trials:
    """Train on some samples, evaluate on them and on others, and keep what came out by name."""

    train: Dataset[Any]
    validation: Dataset[Any]
    test: Dataset[Any]
    measure: Measure
    seeds: int
    seed: int
    done: dict[str, Trial] = field(default_factory=dict)

    def run(self, name: str, role: str, recipe: Recipe, train: Dataset[Any] | None = None) -> Trial:
        """Train a recipe once for each seed."""
        train = self.train if train is None else train
        runs = [
            recipe.fit(train, validation=self.validation, seed=seed_of(self.seed, name, number))
            for number in range(self.seeds)
        ]
        models = [run.model for run in runs]

        def values(part: Dataset[Any]) -> np.ndarray:
            return np.array([recipe.evaluate(model, part)[self.measure.name] for model in models])

        def curves(entry_name: str) -> np.ndarray:
            longest = max(len(run.history) for run in runs)  # callbacks may end one earlier than another
            padded = [run.history + run.history[-1:] * (longest - len(run.history)) for run in runs]
            return np.array([[entry[entry_name] for entry in history] for history in padded])

        parameters = sum(parameter.numel() for parameter in models[0].parameters())
        parts = (values(part) for part in (train, self.validation, self.test))
        trial = Trial(
            name, role, parameters, *parts, *(curves(f"{prefix}{self.measure.name}") for prefix in ("", "val_")), models
        )
        self.done[name] = trial
        return trial

    def helps(self, before: Trial, after: Trial, share: float) -> bool:
        """Tell whether training goes better by a share of what lacks to the target, and beyond chance.

        Beyond chance: the target is reached, or the first training surpassed, by three standard errors of the mean
        over seeds. The target alone is enough, as a training that fails may end anywhere.
        """
        measure, old, new = self.measure, before.train.mean(), after.train.mean()
        if measure.share_closed(old, new) < share:
            return False
        if math.isinf(measure.badness(old)):  # no numbers before have no spread; the share says it is good now
            return True
        errors = [trial.standard_error("train") for trial in (before, after)]
        beyond_target = measure.badness(measure.target) - measure.badness(new) > BEYOND_CHANCE * errors[1]
        beyond_before = measure.badness(old) - measure.badness(new) > BEYOND_CHANCE * math.hypot(*errors)
        return beyond_target or beyond_before

    def better_on_validation(self, before: Trial, after: Trial) -> bool:
        """Tell whether samples that were held out are read better, too."""
        return self.measure.badness(after.validation.mean()) < self.measure.badness(before.validation.mean())
