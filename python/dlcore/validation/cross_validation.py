"""N-fold cross-validation: choose among candidates by samples that none of them has learnt from."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .._core import get_num_threads
from .._extras import needed
from .cross_validation_result import CrossValidation
from .fold import Fold, arrays_of, fit_candidate, run_fold
from .measure import mode_of
from .recipe import Recipe
from .samples import Data, as_dataset, check_length, labels_of
from .seeds import seed_of

_OWNER = "cross_validate"


def cross_validate(
    candidates: Mapping[str, Any],
    data: Data,
    splitter: Any = 5,
    *,
    score: str | Callable[..., float] | None = None,
    mode: str | None = None,
    rule: str = "best",
    labels: Any = None,
    groups: Any = None,
    processes: int = 1,
    refit: bool = True,
    seed: int = 0,
) -> CrossValidation:
    """Train each candidate on all folds but one, score it on that one, for every fold, and choose.

    All candidates see the same folds. The chosen one is trained again, on everything. Each candidate has a seed of its
    own for each fold: the result depends on `seed`, not on `processes` nor on which other candidates there are.

    Needs the package scikit-learn: `pip install 'dlcore[sklearn]'`.

    Args:
        candidates: by name, all of them a `Recipe`, or all of them estimators of scikit-learn, whose `random_state` is
            set in each fold. Processes get copies of them, functions included.
        data: arrays or tensors side by side, (N, ...) each and targets last, or a data set.
        splitter: a number of folds, drawn at random, or any splitter of scikit-learn, such as `StratifiedKFold`,
            `GroupKFold`, `TimeSeriesSplit` or `RepeatedKFold`; one that draws without a `random_state` gets `seed`.
        score: what decides: of recipes "loss" or one of their metrics, "loss" if left out; of estimators what
            scikit-learn calls `scoring`, the estimator's own `score` if left out.
        mode: 'min' where less is better, 'max' where more is; if left out 'min' for "loss", what a metric says by its
            `higher_is_better`, and 'max' for estimators.
        rule: 'best' takes the best mean. 'one_standard_error' takes the first candidate whose mean is at most one
            standard error of the best worse: list them from simple to complex (Breiman et al., Classification and
            Regression Trees, 1984, section 3.4.3).
        labels: what a stratified splitter looks at, (N,); the targets if left out, where they are numbers in a tensor.
        groups: what a splitter of groups looks at, (N,).
        processes: how many folds are trained at a time; each has its share of the threads.
        refit: whether the chosen candidate is trained on everything.
        seed: an integer >= 0.

    Raises:
        RuntimeError: a fold failed; the text names it, and the cause is the error with its traceback.

    Example:
        >>> from functools import partial
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> from dlcore.models import MLP
        >>> from dlcore.validation import Recipe, cross_validate
        >>> x = dl.linspace(-2, 2, 60).unsqueeze(1)
        >>> fast = partial(dl.optim.Adam, lr=0.02)
        >>> recipes = {
        ...     "line": Recipe(partial(nn.Linear, 1, 1), nn.MSELoss(), fast),
        ...     "curve": Recipe(partial(MLP, 1, [16, 1]), nn.MSELoss(), fast),
        ... }
        >>> result = cross_validate(recipes, (x, x * x), 3)
        >>> result.chosen, result.mean("curve") < result.mean("line")
        ('curve', True)
        >>> result.model(x).shape == (60, 1)
        True
    """
    needed("sklearn", _OWNER)
    score, mode = _check(candidates, score, mode, rule, processes)
    dataset = as_dataset(_OWNER, data)
    total = len(dataset)  # type: ignore[arg-type]
    if not all(isinstance(candidate, Recipe) for candidate in candidates.values()):
        arrays_of(dataset)
    labels = labels_of(dataset) if labels is None else check_length(_OWNER, "labels", labels, total)
    groups = None if groups is None else check_length(_OWNER, "groups", groups, total)
    parts = list(_splitter(splitter, seed).split(np.zeros((total, 1)), labels, groups))
    folds = [
        Fold(name, number, train, held_out, seed_of(seed, name, number))
        for name in candidates
        for number, (train, held_out) in enumerate(parts)
    ]
    scores = np.array(_run(candidates, folds, dataset, score, processes)).reshape(len(candidates), len(parts), 2)
    result = CrossValidation(
        score=score if isinstance(score, str) else "score",
        mode=mode,
        train_scores=dict(zip(candidates, scores[..., 0], strict=True)),
        scores=dict(zip(candidates, scores[..., 1], strict=True)),
        rule=rule,
    )
    if refit:
        chosen = result.chosen
        result.model = fit_candidate(candidates[chosen], dataset, seed_of(seed, chosen, len(parts)))
    return result


def _check(
    candidates: Mapping[str, Any], score: Any, mode: str | None, rule: str, processes: int
) -> tuple[str | Callable[..., float] | None, str]:
    """Return what decides, and whether less or more of it is better."""
    if not candidates:
        raise ValueError(f"{_OWNER}: candidates expected at least one, got none")
    recipes = [isinstance(candidate, Recipe) for candidate in candidates.values()]
    if any(recipes) != all(recipes):
        raise TypeError(f"{_OWNER}: candidates expected all to be a Recipe or all estimators, got both")
    if all(recipes):
        score = "loss" if score is None else score
        for name, recipe in candidates.items():
            if score != "loss" and score not in recipe.metrics:
                known = ", ".join(["loss", *recipe.metrics])
                raise ValueError(f"{_OWNER}: score expected one of {known} for candidate {name!r}, got {score!r}")
        modes = {mode_of(_OWNER, mode, recipe.metrics.get(score)) for recipe in candidates.values()}
        if len(modes) > 1:
            raise ValueError(f"{_OWNER}: mode expected 'min' or 'max', as the candidates' {score!r} differ, got None")
        mode = modes.pop()
    else:
        mode = mode_of(_OWNER, "max" if mode is None else mode, None)
    if rule not in ("best", "one_standard_error"):
        raise ValueError(f"{_OWNER}: rule expected 'best' or 'one_standard_error', got {rule!r}")
    if not isinstance(processes, int) or isinstance(processes, bool) or processes < 1:
        raise ValueError(f"{_OWNER}: processes expected an integer >= 1, got {processes!r}")
    return score, mode


def _splitter(splitter: Any, seed: int) -> Any:
    if isinstance(splitter, int) and not isinstance(splitter, bool):
        from sklearn.model_selection import KFold

        return KFold(splitter, shuffle=True, random_state=seed)
    if isinstance(splitter, str) or not hasattr(splitter, "split"):
        raise TypeError(
            f"{_OWNER}: splitter expected a number of folds or a splitter of scikit-learn, "
            f"got {type(splitter).__name__}"
        )
    if getattr(splitter, "random_state", 0) is None:
        splitter = copy.copy(splitter)
        splitter.random_state = seed
    return splitter


def _run(
    candidates: Mapping[str, Any], folds: list[Fold], dataset: Any, score: Any, processes: int
) -> list[tuple[float, float]]:
    """Return the scores of all folds, in their order."""
    threads = max(1, get_num_threads() // processes)
    calls = [(candidates[fold.name], fold, dataset, score, threads) for fold in folds]
    if processes == 1:
        return [run_fold(*call) for call in calls]
    from joblib import Parallel, delayed

    return Parallel(n_jobs=processes, backend="loky")(delayed(run_fold)(*call) for call in calls)
