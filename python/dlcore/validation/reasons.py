"""The tree of the general guide: which reason it is, by the trainings that tell it from others."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .alternatives import Alternatives
from .diagnosis import Diagnosis, Verdict, number
from .gaps import Gap, part_of
from .recipe import Recipe
from .samples import select
from .trials import Trial, Trials

# Some change is the reason if it closes more of what lacks to the target than it leaves: all other reasons together
# are less then.
MOST = 0.5
# A smaller network is one that the larger could be. That it trains better at all is proof, whatever still lacks; a
# tenth of what lacks leaves out differences without any consequence.
A_LITTLE = 0.1


def explain_training(
    found: Diagnosis, trials: Trials, recipe: Recipe, others: Alternatives
) -> tuple[Verdict, Trial | None]:
    """Tell why training does not go well, and which other training says so."""
    asked = found.asked

    def optimize_otherwise() -> Trial | None:
        return _first(trials, asked, "optimizer", others.optimizers, MOST)

    if not math.isfinite(asked.train.mean()):
        found.ask("Does training stay finite?", False, f"{asked.name}: {number(asked.train)}")
        return Verdict.FAILED_OPTIMIZATION, optimize_otherwise()

    # Constraints come first. The larger network can do what the smaller one does only where both are free to: dropout
    # or weight decay in every layer weighs on a deep network more than on a shallow one.
    if others.relaxed:
        relaxed = _first(trials, asked, "relaxed", others.relaxed, MOST, trials.better_on_validation)
        if _ask(found, "Better without a constraint?", "relaxed", relaxed):
            return Verdict.RIGID_CONSTRAINT, relaxed
        by_heart = [trial for trial in found.by_role("relaxed") if trials.helps(asked, trial, MOST)]
        if by_heart:
            most = found.best_trained(by_heart)
            values = f"{number(most.validation)} instead of {number(asked.validation)}"
            found.ask("Learnt by heart without it?", True, f"{most.name}: on validation {values}")
            _train_against_overfitting(trials, recipe, others)
            return Verdict.OVERFITTING, most

    free, smaller_ones = asked, others.smaller
    if others.free is not None:
        free, smaller_ones = trials.done[others.free], others.free_smaller
    if smaller_ones and math.isfinite(free.train.mean()) and not trials.measure.is_good(free.train.mean()):
        smaller = _first(trials, free, "smaller", smaller_ones, A_LITTLE)
        than = "" if free is asked else f"; {free.name}: {number(free.train)}"
        if _ask(found, "Does a smaller one train better?", "smaller", smaller, than):
            optimize_otherwise()  # one to advise
            return Verdict.FAILED_OPTIMIZATION, smaller

    optimizer = optimize_otherwise()
    if _ask(found, "Does another training do better?", "optimizer", optimizer):
        return Verdict.FAILED_OPTIMIZATION, optimizer
    larger = _larger_that_helps(found, trials, others.larger)
    if others.larger:
        _ask(found, "Does a larger one train better?", "larger", larger)
    return Verdict.MODEL_BIAS, larger


def explain_test(found: Diagnosis, trials: Trials, recipe: Recipe, others: Alternatives) -> Verdict:
    """Tell why a model that is good on training data is not on test data."""
    train, validation, test = (part_of(trials, recipe, found.asked, name) for name in ("train", "validation", "test"))
    to_validation, to_test = Gap(train, validation), Gap(validation, test)
    good = found.ask(
        "Good on validation data?",
        trials.measure.is_good(found.asked.validation.mean()),
        f"{trials.measure.name} {number(found.asked.validation)}, worse than on training by {to_validation}",
    )
    if found.ask(
        "Worse on test than on validation?",
        to_test.beyond_chance and (good or to_test.size > to_validation.size),
        f"by {to_test}",
    ):
        _train_on_half(trials, recipe)
        return Verdict.MISMATCH
    if good:
        found.open_gap = to_test
        return Verdict.UNDECIDED
    # Without a mismatch test samples are of the same kind as those for validation: either of them may show it.
    gap = max((to_validation, Gap(train, test)), key=lambda gap: gap.standard_errors)
    if found.ask(
        "Worse than on training, beyond chance?", gap.beyond_chance, f"from training to {gap.after.name} by {gap}"
    ):
        _train_against_overfitting(trials, recipe, others)
        return Verdict.OVERFITTING
    found.open_gap = gap
    return Verdict.UNDECIDED


def _first(
    trials: Trials,
    before: Trial,
    role: str,
    recipes: dict[str, Recipe],
    share: float,
    accept: Callable[[Trial, Trial], bool] = lambda before, after: True,
) -> Trial | None:
    """Train one after the other, up to the first that trains better by a share of what lacks, and is accepted."""
    for name, recipe in recipes.items():
        trial = trials.run(name, role, recipe)
        if trials.helps(before, trial, share) and accept(before, trial):
            return trial
    return None


def _larger_that_helps(found: Diagnosis, trials: Trials, recipes: dict[str, Recipe]) -> Trial | None:
    """Go on to larger ones while each closes a little more, up to most of what lacks, and return the best that helps.

    To go on it need not be beyond chance: what a little size does is often lost in the spread over seeds.
    """
    asked, closed = found.asked, 0.0
    for name, recipe in recipes.items():
        trial = trials.run(name, "larger", recipe)
        share = trials.measure.share_closed(asked.train.mean(), trial.train.mean())
        if share < closed + A_LITTLE or trials.helps(asked, trial, MOST):
            break
        closed = share
    helpful = [trial for trial in found.by_role("larger") if trials.helps(asked, trial, A_LITTLE)]
    return found.best_trained(helpful) if helpful else None


def _ask(found: Diagnosis, question: str, role: str, trial: Trial | None, than: str = "") -> bool:
    """Write down whether a trial gave the answer yes, or the best of those that did not."""
    tried = found.by_role(role)
    best = found.best_trained(tried) if trial is None else trial
    among = f"best of {len(tried)}, " if trial is None and len(tried) > 1 else ""
    return found.ask(question, trial is not None, f"{among}{best.name}: {number(best.train)}{than}")


def _train_against_overfitting(trials: Trials, recipe: Recipe, others: Alternatives) -> None:
    """Train what tells which remedy helps: smaller models, and on less data."""
    for name, smaller in others.smaller.items():
        trials.run(name, "smaller", smaller)
    _train_on_half(trials, recipe)


def _train_on_half(trials: Trials, recipe: Recipe) -> None:
    count = len(trials.train)  # type: ignore[arg-type]
    half = np.random.default_rng(trials.seed).permutation(count)[: count // 2]
    trials.run("half of the data", "half", recipe, select(trials.train, half))
