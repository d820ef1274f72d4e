"""N-fold cross-validation: choose among candidates by samples that none of them has learnt from."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from .._core import get_num_threads
from .._extras import needed
from .._integers import as_integer
from .candidates import check_candidates
from .cross_validation_result import CrossValidation
from .fold import Fold, Score, failing_at, fit_candidate, run_fold
from .measure import mode_of
from .parts import parts_of
from .samples import Data, as_arrays, as_dataset, groups_for_each, labels_of, one_for_each
from .seeds import seed_of

_OWNER = "cross_validate"


def cross_validate(
    candidates: Mapping[str, Any],
    data: Data,
    splitter: Any = 5,
    *,
    score: Score = None,
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
        data: arrays or tensors side by side, (N, ...) each and targets last, or a data set. For estimators X and y as
            scikit-learn takes them: data frames, lists, sparse matrices and labels that are words too.
        splitter: a number of folds, drawn at random, or any splitter of scikit-learn, such as `StratifiedKFold`,
            `GroupKFold`, `TimeSeriesSplit` or `RepeatedKFold`; one that draws without a `random_state` gets `seed`. One
            of your own may give masks (N,) or numbers of samples.
        score: what decides: of recipes "loss" or one of their metrics, "loss" if left out; of estimators what
            scikit-learn calls `scoring`, the estimator's own `score` if left out.
        mode: 'min' where less is better, 'max' where more is; if left out 'min' for "loss", what a metric says by its
            `higher_is_better`, and 'max' for estimators.
        rule: 'best' takes the best mean. 'one_standard_error' takes the first candidate whose mean is at most one
            standard error of the best worse: list them from simple to complex (Breiman et al., Classification and
            Regression Trees, 1984, section 3.4.3).
        labels: what a stratified splitter looks at, (N,); the targets if left out, where there are arrays or tensors.
        groups: what a splitter of groups looks at, (N,).
        processes: how many folds are trained at a time; each has its share of the threads.
        refit: whether the chosen candidate is trained on everything.
        seed: an integer from 0 to 2^32 - 1.

    Returns:
        The scores, and the chosen candidate trained on everything. Where no candidate has a finite mean none is chosen,
        with a RuntimeWarning.

    Raises:
        TypeError: something is of another kind than is said above; nothing was trained, as with ValueError.
        ValueError: a value cannot be, the splitter cannot split the samples, or a recipe makes the same network twice.
        RuntimeError: a training failed; the text names it, and the cause is the error with its traceback.

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
    of_recipes, score = check_candidates(candidates, score)
    mode = _mode_of(candidates, of_recipes, score, mode)
    if rule not in ("best", "one_standard_error"):
        raise ValueError(f"{_OWNER}: rule expected 'best' or 'one_standard_error', got {rule!r}")
    processes = as_integer(_OWNER, "processes", processes, 1)
    seed = as_integer(_OWNER, "seed", seed, 0, 2**32 - 1)
    dataset = as_dataset(_OWNER, data) if of_recipes else as_arrays(_OWNER, data)
    total = len(dataset)  # type: ignore[arg-type]
    labels = labels_of(dataset) if labels is None else one_for_each(_OWNER, "labels", labels, total)
    groups = None if groups is None else groups_for_each(_OWNER, groups, total)
    parts = parts_of(splitter, total, labels, groups, seed)
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
    chosen = result.chosen
    if chosen is None:
        warnings.warn(
            f"{_OWNER}: no candidate has a finite mean; none is chosen, and none trained on everything",
            RuntimeWarning,
            stacklevel=2,
        )
    elif refit:
        with failing_at(f"candidate {chosen!r}, trained on everything"):
            result.model = fit_candidate(candidates[chosen], dataset, seed_of(seed, chosen, len(parts)))
    return result


def _mode_of(candidates: Mapping[str, Any], of_recipes: bool, score: Any, mode: str | None) -> str:
    """Return whether less or more of the score is better."""
    if not of_recipes:
        return mode_of(_OWNER, "max" if mode is None else mode, None)
    modes = {mode_of(_OWNER, mode, recipe.metrics.get(score)) for recipe in candidates.values()}
    if len(modes) > 1:
        raise ValueError(f"{_OWNER}: mode expected 'min' or 'max', as the candidates' {score!r} differ, got None")
    return modes.pop()


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
