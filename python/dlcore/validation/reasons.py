"""The tree of the general guide: which reason it is, by the trainings that tell it from others."""

from __future__ import annotations

import math

import numpy as np

from .alternatives import Alternatives
from .diagnosis import Diagnosis, Verdict, number
from .recipe import Recipe
from .samples import select
from .trials import Trial, Trials, sample_values

# Some change is the reason if it closes more of what lacks to the target than it leaves: all other reasons together
# are less then.
_MOST = 0.5
# A smaller network is one that the larger could be. That it trains better at all is proof, whatever still lacks; a
# tenth of what lacks leaves out differences without any consequence.
_A_LITTLE = 0.1
_BEYOND_CHANCE = 3  # standard errors


def explain_training(
    found: Diagnosis, trials: Trials, asked: Trial, others: Alternatives
) -> tuple[Verdict, Trial | None]:
    """Tell why training does not go well, and which other training says so."""

    def better_on_others(trial: Trial) -> bool:
        values = (trials.measure.badness(each.validation.mean()) for each in (trial, asked))
        return next(values) < next(values)

    def first(role: str, recipes: dict[str, Recipe], share: float) -> Trial | None:
        """Train one after the other, up to the first that trains better by a share of what lacks."""
        for name, recipe in recipes.items():
            trial = trials.run(name, role, recipe)
            if trials.helps(asked, trial, share) and (role != "relaxed" or better_on_others(trial)):
                return trial
        return None

    def ask(question: str, role: str, trial: Trial | None) -> bool:
        tried = found.by_role(role)
        best = min(tried, key=lambda each: trials.measure.badness(each.train.mean())) if trial is None else trial
        among = f"best of {len(tried)}, " if trial is None and len(tried) > 1 else ""
        return found.ask(question, trial is not None, f"{among}{best.name}: {number(best.train)}")

    if not math.isfinite(asked.train.mean()):
        found.ask("Does training stay finite?", False, f"{asked.name}: {number(asked.train)}")
        return Verdict.FAILED_OPTIMIZATION, first("optimizer", others.optimizers, _MOST)
    if others.smaller:
        smaller = first("smaller", others.smaller, _A_LITTLE)
        if ask("Does a smaller one train better?", "smaller", smaller):
            first("optimizer", others.optimizers, _MOST)  # one to advise
            return Verdict.FAILED_OPTIMIZATION, smaller
    if others.relaxed:
        relaxed = first("relaxed", others.relaxed, _MOST)
        if ask("Better without a constraint?", "relaxed", relaxed):
            return Verdict.RIGID_CONSTRAINT, relaxed
    optimizer = first("optimizer", others.optimizers, _MOST)
    if ask("Does another training do better?", "optimizer", optimizer):
        return Verdict.FAILED_OPTIMIZATION, optimizer
    larger = first("larger", others.larger, _MOST)
    if others.larger:
        ask("Does a larger one train better?", "larger", larger)
    return Verdict.MODEL_BIAS, larger


def explain_test(found: Diagnosis, trials: Trials, asked: Trial, recipe: Recipe, others: Alternatives) -> Verdict:
    """Tell why a model that is good on training data is not on test data."""
    held_out, unseen = (
        sample_values(recipe, asked.models, part, trials.measure) for part in (trials.validation, trials.test)
    )
    to_unseen = unseen.mean() - held_out.mean()
    to_held_out = held_out.mean() - trials.measure.badness(asked.train.mean())
    with np.errstate(invalid="ignore"):  # what is infinite has no spread
        error = math.hypot(*(values.std(ddof=1) / math.sqrt(len(values)) for values in (held_out, unseen)))
    mismatch = to_unseen > max(to_held_out, _BEYOND_CHANCE * error)
    found.ask(
        "Worse on test than on validation?",
        bool(mismatch),
        f"by {to_unseen:.3g} +- {error:.2g}; on validation than on training by {to_held_out:.3g}",
    )
    if not mismatch:
        for name, smaller in others.smaller.items():
            trials.run(name, "smaller", smaller)
    count = len(trials.train)  # type: ignore[arg-type]
    half = np.random.default_rng(trials.seed).permutation(count)[: count // 2]
    trials.run("half of the data", "half", recipe, select(trials.train, half))
    return Verdict.MISMATCH if mismatch else Verdict.OVERFITTING
