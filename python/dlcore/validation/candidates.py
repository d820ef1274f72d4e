"""What may be chosen from, and by what: everything that can be said before anything is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._seeded import seeded
from ..nn.module import Module
from .fold import Score, failing_at
from .recipe import Recipe

_OWNER = "cross_validate"


def check_candidates(candidates: Mapping[str, Any], score: Score) -> tuple[bool, Score]:
    """Return whether the candidates are recipes, not estimators, and what decides."""
    if not isinstance(candidates, Mapping):
        given = type(candidates).__name__
        raise TypeError(f"{_OWNER}: candidates expected a mapping of names to recipes or estimators, got {given}")
    if not candidates:
        raise ValueError(f"{_OWNER}: candidates expected at least one, got none")
    for name, candidate in candidates.items():
        if not isinstance(name, str):
            raise TypeError(f"{_OWNER}: names of candidates expected str, got {name!r}")
        if not isinstance(candidate, Recipe):
            _check_estimator(name, candidate)
    recipes = [isinstance(candidate, Recipe) for candidate in candidates.values()]
    if any(recipes) != all(recipes):
        raise TypeError(f"{_OWNER}: candidates expected all to be a Recipe or all estimators, got both")
    if all(recipes):
        score = "loss" if score is None else score
        for name, recipe in candidates.items():
            _check_metric(name, recipe, score)
            _check_factory(name, recipe)
    else:
        for name, estimator in candidates.items():
            _check_scorer(name, estimator, score)
    return all(recipes), score


def _check_estimator(name: str, candidate: Any) -> None:
    if isinstance(candidate, type) or not (hasattr(candidate, "fit") and hasattr(candidate, "get_params")):
        given = f"the class {candidate.__name__}" if isinstance(candidate, type) else type(candidate).__name__
        raise TypeError(f"{_OWNER}: candidate {name!r} expected a Recipe or an estimator of scikit-learn, got {given}")


def _check_metric(name: str, recipe: Recipe, score: Score) -> None:
    if not isinstance(score, str) or (score != "loss" and score not in recipe.metrics):
        known = ", ".join(["loss", *recipe.metrics])
        raise ValueError(f"{_OWNER}: score expected one of {known} for candidate {name!r}, got {score!r}")


def _check_factory(name: str, recipe: Recipe) -> None:
    """Refuse what makes no new network each time: trainings would go on from each other, and know all samples."""
    if isinstance(recipe.model, Module):
        raise TypeError(
            f"{_OWNER}: model of candidate {name!r} expected a function that makes a network, got a network"
        )
    with failing_at(f"model of candidate {name!r}"), seeded(0):
        first, second = recipe.model(), recipe.model()
    for network in (first, second):
        if not isinstance(network, Module):
            given = type(network).__name__
            raise TypeError(f"{_OWNER}: model of candidate {name!r} expected to make a Module, got {given}")
    trained = [
        {id(parameter) for parameter in each.parameters() if parameter.requires_grad} for each in (first, second)
    ]
    if first is second or trained[0] & trained[1]:
        raise ValueError(
            f"{_OWNER}: model of candidate {name!r} expected to make a new network each time, "
            "got parameters of the one before"
        )


def _check_scorer(name: str, estimator: Any, score: Score) -> None:
    from sklearn.metrics import check_scoring, get_scorer_names

    if isinstance(score, str) and score not in get_scorer_names():
        raise ValueError(f"{_OWNER}: score expected a name of sklearn.metrics.get_scorer_names(), got {score!r}")
    if score is not None and not isinstance(score, str) and not callable(score):
        raise TypeError(f"{_OWNER}: score expected one name or scorer, got {type(score).__name__}")
    try:
        check_scoring(estimator, score)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{_OWNER}: score of candidate {name!r}: {error}") from error
