"""What to try next, from what was trained."""

from __future__ import annotations

import math

from .diagnosis import Diagnosis, Verdict, number


def advise(found: Diagnosis) -> list[str]:
    """Return what the general guide says of a verdict, what the trials speak for first."""
    return _ADVICE[found.verdict](found)


def _done(found: Diagnosis) -> list[str]:
    return ["Nothing. Test what you publish once more, on samples that decided nothing."]


def _model_bias(found: Diagnosis) -> list[str]:
    name, larger = found.measure.name, found.decisive
    if larger is not None:
        first = (
            f"Make the model larger: {larger.name} has a training {name} of {number(larger.train)} instead of "
            f"{number(found.asked.train)}, and on validation {number(larger.validation)}."
        )
        return [first, "More features in the inputs."]
    return [
        "More features: no size, constraint or optimizer that was tried comes near the target, so the inputs may not "
        "tell enough.",
        "A model of another kind, that fits what the data is.",
        "Whether the target can be reached at all: targets with noise leave a loss that nobody can undercut.",
    ]


def _failed_optimization(found: Diagnosis) -> list[str]:
    measure, before = found.measure, found.asked.train.mean()
    advice = []
    tried = sorted(found.by_role("optimizer"), key=lambda trial: measure.badness(trial.train.mean()))
    for best in tried[:1]:
        after = best.train.mean()
        if measure.share_closed(before, after) >= 0.5 or measure.badness(after) < measure.badness(before) == math.inf:
            advice.append(f"{best.name}: the training {measure.name} is {number(after)} instead of {number(before)}.")
    return [
        *advice,
        "Learning rates between and beyond those that were tried, with warmup, and falling at the end.",
        "What makes deep networks easy to train: ReLU, careful initialization, normalization, residual connections.",
        "Only then another model: this one can do better than it does.",
    ]


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
    measure, asked = found.measure, found.asked
    advice = ["More training data, or more of it by augmentation."]
    (half,) = found.by_role("half")
    if measure.badness(half.validation.mean()) > measure.badness(asked.validation.mean()):
        advice[0] += (
            f" With half of it the validation {measure.name} is {number(half.validation)}, "
            f"with all {number(asked.validation)}."
        )
    epochs = asked.validation_curves.mean(0)
    best = min(range(len(epochs)), key=lambda epoch: measure.badness(epochs[epoch]))
    if not measure.is_good(epochs[-1]) and measure.share_closed(epochs[-1], epochs[best]) >= 0.1:
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
    return [
        *advice,
        "A model that knows more of the data: fewer or shared parameters (convolution), fewer features.",
        "Weight decay and dropout.",
    ]


def _mismatch(found: Diagnosis) -> list[str]:
    test = found.two_sample
    advice = []
    if test is not None and test.p_value < 0.01:
        advice.append(
            f"Look at the inputs: a small network tells test from training inputs in {test.accuracy:.0%} of cases, of "
            f"two equally many (p = {test.p_value:.1g})."
        )
    elif test is not None:
        advice.append(
            "Look at the targets: the inputs look alike to a small network "
            f"({test.accuracy:.0%} told apart, p = {test.p_value:.1g}), so what they mean may have changed."
        )
    (half,) = found.by_role("half")
    name = found.measure.name
    return [
        *advice,
        "Training data as the test data is, collected or made by augmentation. From half of the present training data "
        f"to all of it, the test {name} goes from {number(half.test)} to {number(found.asked.test)}.",
    ]


_ADVICE = {
    Verdict.DONE: _done,
    Verdict.MODEL_BIAS: _model_bias,
    Verdict.FAILED_OPTIMIZATION: _failed_optimization,
    Verdict.RIGID_CONSTRAINT: _rigid_constraint,
    Verdict.OVERFITTING: _overfitting,
    Verdict.MISMATCH: _mismatch,
}
