"""One candidate, trained on one part of the data and scored on the other: what a process does at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._core import set_num_threads
from ..data import Dataset
from .recipe import Recipe
from .samples import select

Score = str | Callable[..., float] | None


@dataclass(frozen=True)
class Fold:
    """A candidate's turn: which samples it learns from, and on which it is scored."""

    name: str
    number: int
    train: np.ndarray
    held_out: np.ndarray
    seed: int


def run_fold(candidate: Any, fold: Fold, data: Dataset[Any], score: Score, threads: int) -> tuple[float, float]:
    """Train, and return the scores on what was learnt from and on what was held out.

    Raises:
        RuntimeError: it failed; the cause tells how, the text also where.
    """
    set_num_threads(threads)
    with failing_at(f"candidate {fold.name!r}, fold {fold.number}"):
        train, held_out = select(data, fold.train), select(data, fold.held_out)
        fitted = fit_candidate(candidate, train, fold.seed)
        return score_candidate(candidate, fitted, train, score), score_candidate(candidate, fitted, held_out, score)


@contextmanager
def failing_at(where: str) -> Iterator[None]:
    """Say where an error comes from, in one that comes out of another process whole."""
    try:
        yield
    except Exception as error:
        raise RuntimeError(f"cross_validate: {where}: {type(error).__name__}: {error}") from error


def fit_candidate(candidate: Any, data: Dataset[Any], seed: int) -> Any:
    """Return the network that a recipe gives, or a fitted copy of an estimator."""
    if isinstance(candidate, Recipe):
        return candidate.fit(data, seed=seed).model.eval()
    from sklearn.base import clone
    from threadpoolctl import threadpool_limits

    estimator = clone(candidate)
    seeds = {name: seed for name in estimator.get_params() if name.split("__")[-1] == "random_state"}
    with threadpool_limits(1):  # products of NumPy may differ in the last bits from one number of threads to another
        return estimator.set_params(**seeds).fit(*data.arrays)


def score_candidate(candidate: Any, fitted: Any, data: Dataset[Any], score: Score) -> float:
    """Return the score of what `fit_candidate` gave."""
    if isinstance(candidate, Recipe):
        return float(candidate.evaluate(fitted, data)[score])  # type: ignore[index]
    from sklearn.metrics import check_scoring
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return float(check_scoring(fitted, score)(fitted, *data.arrays))
