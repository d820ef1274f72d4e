"""What to try next, from what was trained."""

from __future__ import annotations

import math

from .diagnosis import Diagnosis, Verdict, number
from .reasons import A_LITTLE, MOST
from .trials import BEYOND_CHANCE, Trial


def advise(found: Diagnosis) -> list[str]:
    """Return what the general guide says of a verdict, what the trials speak for first."""
    return _ADVICE[found.verdict](found)


def _done(found: Diagnosis) -> list[str]:
    return ["Nothing. Test what you publish once more, on samples that decided nothing."]


def _model_bias(found: Diagnosis) -> list[str]:
    name, larger = found.measure.name, found.decisive
    features = "More features in the inputs."
    if larger is not None:
        still = "" if _closes(found, larger, MOST) else " It helps by a part only: a still larger one may help more."
        first = (
            f"Make the model larger: {larger.name} has a training {name} of {number(larger.train)} instead of "
            f"{number(found.asked.train)}, and on validation {number(larger.validation)}."
        )
        return [first + still, features]
    return [
        f"{features} Nothing that was tried comes near the target; the inputs may not tell enough.",
        "A model of another kind, that fits what the data is.",
        "Whether the target can be reached at all: targets with noise leave a loss that nobody can undercut.",
    ]


def _failed_optimization(found: Diagnosis) -> list[str]:
    name, before = found.measure.name, found.asked
    advice = []
    tried = found.by_role("optimizer")
    if tried:
        best = found.best_trained(tried)
        if _closes(found, best, MOST) or _is_a_number_at_last(found, best):
            advice.append(
                f"{best.name}: the training {name} is {number(best.train)} instead of {number(before.train)}."
            )
    return [
        *advice,
        "Learning rates between and beyond those that were tried, with warmup, and falling at the end.",
        "What makes deep networks easy to train: ReLU, careful initialization, normalization, residual connections.",
        "Only then another model: this one can do better than it does.",
    ]


def _closes(found: Diagnosis, trial: Trial, share: float) -> bool:
    """Tell whether training comes nearer to the target by a share of what lacks."""
    return found.measure.share_closed(found.asked.train.mean(), trial.train.mean()) >= share


def _is_a_number_at_last(found: Diagnosis, trial: Trial) -> bool:
    """Tell whether training stays finite where that of the model in question does not."""
    before, after = (found.measure.badness(each.train.mean()) for each in (found.asked, trial))
    return math.isinf(before) and math.isfinite(after)


def _rigid_constraint(found: Diagnosis) -> list[str]:
    name, relaxed = found.measure.name, found.decisive
    assert relaxed is not None
    advice = [
        f"Relax it. With {relaxed.name} the training {name} is {number(relaxed.train)} instead of "
        f"{number(found.asked.train)}, on validation {number(relaxed.validation)} instead of "
        f"{number(found.asked.validation)}."
    ]
    if not found.measure.is_good(relaxed.validation.mean()):
        advice.append("Relax it by a part only: without any of it there is some overfitting.")
    return advice


def _overfitting(found: Diagnosis) -> list[str]:
    measure, asked, free = found.measure, found.asked, found.decisive
    advice = ["More training data, or more of it by augmentation."]
    (half,) = found.by_role("half")
    if measure.badness(half.validation.mean()) > measure.badness(asked.validation.mean()):
        advice[0] += (
            f" With half of it the validation {measure.name} is {number(half.validation)}, "
            f"with all {number(asked.validation)}."
        )
    if free is not None:
        advice.append(
            f"Keep the constraint until then: with {free.name} the training {measure.name} is {number(free.train)} "
            f"instead of {number(asked.train)}, but on validation {number(free.validation)} instead of "
            f"{number(asked.validation)}. Less of it may be better than none."
        )
    epochs = asked.validation_curves.mean(0)
    best = min(range(len(epochs)), key=lambda epoch: measure.badness(epochs[epoch]))
    if not measure.is_good(epochs[-1]) and measure.share_closed(epochs[-1], epochs[best]) >= A_LITTLE:
        advice.append(
            f"Stop early: the validation {measure.name} is best after epoch {best + 1}, {number(epochs[best])}, and in "
            f"the end {number(epochs[-1])}."
        )
    for smaller in found.by_role("smaller"):
        if measure.badness(smaller.validation.mean()) < measure.badness(asked.validation.mean()):
            advice.append(
                f"Make the model smaller: {smaller.name} has {number(smaller.validation)} on validation instead of "
                f"{number(asked.validation)}."
            )
    advice.append("A model that knows more of the data: fewer or shared parameters (convolution), fewer features.")
    return advice if free is not None else [*advice, "Weight decay and dropout."]


def _mismatch(found: Diagnosis) -> list[str]:
    test = found.two_sample
    if test is None:
        first = f"Look at the inputs: they were not compared, as {found.not_compared}."
    elif test.p_value < 0.01:
        first = (
            f"Look at the inputs: a small network tells test from training inputs in {test.accuracy:.0%} of cases, of "
            f"two equally many (p = {test.p_value:.1g})."
        )
    else:
        first = (
            "Look at the targets: the inputs look alike to a small network "
            f"({test.accuracy:.0%} told apart, p = {test.p_value:.1g}), so what they mean may have changed."
        )
    (half,) = found.by_role("half")
    name = found.measure.name
    return [
        first,
        "Training data as the test data is, collected or made by augmentation. From half of the present training data "
        f"to all of it, the test {name} goes from {number(half.test)} to {number(found.asked.test)}.",
    ]


def _undecided(found: Diagnosis) -> list[str]:
    gap, measure = found.open_gap, found.measure
    assert gap is not None
    count = gap.samples_to_tell
    enough = f": about {float(f'{count:.2g}'):,.0f} in each part would tell" if math.isfinite(count) else ""
    missed = gap.after.badness - measure.badness(measure.target)
    if missed > BEYOND_CHANCE * gap.after.error:
        known = f"On {gap.after.name} data the target is missed beyond chance; why cannot be said."
    else:
        known = "Nothing is shown to be wrong."
    return [
        f"More samples{enough}. From {gap.before.name} to {gap.after.name} data the {measure.name} gets worse by "
        f"{gap}, which may be chance. {known}"
    ]


_ADVICE = {
    Verdict.DONE: _done,
    Verdict.MODEL_BIAS: _model_bias,
    Verdict.FAILED_OPTIMIZATION: _failed_optimization,
    Verdict.RIGID_CONSTRAINT: _rigid_constraint,
    Verdict.OVERFITTING: _overfitting,
    Verdict.MISMATCH: _mismatch,
    Verdict.UNDECIDED: _undecided,
}
