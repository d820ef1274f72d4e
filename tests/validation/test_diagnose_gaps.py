"""What is lost from one part of the data to another, and what of it may be chance."""

import math

import dlcore as dl
import numpy as np
import pytest
import situations
from dlcore import nn
from dlcore.data import TensorDataset
from dlcore.models import MLP
from dlcore.train import Accuracy
from dlcore.validation import Gap, Measure, Part, Recipe, Verdict
from dlcore.validation.gaps import part_of
from dlcore.validation.trials import Trials
from situations import (
    BAD_THERE,
    BEYOND_CHANCE,
    GOOD_HERE,
    MISMATCH,
    VALIDATION,
    blobs,
    diagnosed,
    questions,
)


def gap(before, after, errors=(0.0, 0.0), samples=(10, 10)):
    return Gap(*(Part(*values) for values in zip("ab", (before, after), errors, samples, strict=True)))


def test_three_standard_errors_are_beyond_chance():
    assert gap(1.0, 1.5).beyond_chance
    assert not gap(1.5, 1.0).beyond_chance
    assert gap(1.0, 1.5, (0.0, 0.16)).beyond_chance
    assert not gap(1.0, 1.5, (0.0, 0.17)).beyond_chance
    assert not gap(1.0, 1.5, (0.12, 0.12)).beyond_chance  # a hypotenuse of 0.1697
    assert not gap(1.0, 1.5, (0.0, math.inf)).beyond_chance
    assert gap(1.0, math.inf).beyond_chance
    assert not gap(math.inf, math.inf).beyond_chance
    assert gap(1.0, 1.1).beyond_chance
    assert not gap(1.0, 1.0).beyond_chance


def test_how_many_samples_would_tell():
    few = gap(0.1, 0.2, (0.03, 0.2), (400, 25))
    count = few.samples_to_tell
    enough = gap(0.1, 0.2, [error * math.sqrt(n / count) for error, n in ((0.03, 400), (0.2, 25))])
    assert enough.size == pytest.approx(3 * enough.error)
    assert str(few) == "0.1 +- 0.2"


def trained(loss_fn, data, metrics=None):
    """Train once, and return what tells of parts of the data."""
    recipe = Recipe(lambda: MLP(2, [8, 2]), loss_fn, situations.FAST, epochs=5, metrics=metrics or {})
    name = next(iter(metrics), "loss") if metrics else "loss"
    trials = Trials(*(TensorDataset(*part) for part in data), Measure(name, "min", 0.0), 2, 0)
    return trials, recipe, trials.run("asked", "asked", recipe)


@pytest.mark.parametrize("count", [2, 29, 700])
def test_the_error_is_that_of_a_mean_over_samples(count):
    trials, recipe, trial = trained(nn.CrossEntropyLoss(), (blobs(200), blobs(count, 1), blobs(5, 2)))
    x, y = trials.validation.tensors
    each = nn.CrossEntropyLoss(reduction="none")
    losses = np.mean([each(model.eval()(x), y).detach().numpy() for model in trial.models], axis=0)
    part = part_of(trials, recipe, trial, "validation")
    assert part.badness == pytest.approx(losses.mean(), rel=1e-5)
    exact = losses.std(ddof=1) / math.sqrt(count)
    assert part.error == pytest.approx(exact, rel=1e-5 if count < 30 else 0.5)
    assert (part.name, part.samples) == ("validation", count)


def test_the_error_of_one_sample_is_not_known():
    trials, recipe, trial = trained(nn.CrossEntropyLoss(), (blobs(50), blobs(1, 1), blobs(5, 2)))
    assert part_of(trials, recipe, trial, "validation").error == math.inf


def rare(count, seed):
    """One in twenty points is of the second class, which lies a little farther out."""
    random = dl.Generator().manual_seed(seed)
    y = (dl.rand(count, generator=random) < 0.05).long()
    return dl.randn(count, 2, generator=random) + 1.5 * y.unsqueeze(1), y


def test_classes_with_weights_keep_them():
    """The mean is that of the report, and its error what it varies by from one draw of samples to another."""
    weighted = nn.CrossEntropyLoss(weight=dl.tensor([0.05, 0.95]))
    trials, recipe, trial = trained(weighted, (rare(2000, 0), rare(2000, 1), rare(2000, 2)))
    train, validation = (part_of(trials, recipe, trial, name) for name in ("train", "validation"))
    assert Gap(train, validation).size == pytest.approx(trial.validation.mean() - trial.train.mean())
    draws = [
        np.mean([recipe.evaluate(model, TensorDataset(*rare(2000, seed)))["loss"] for model in trial.models])
        for seed in range(10, 50)
    ]
    assert validation.error == pytest.approx(np.std(draws), rel=0.5)


@pytest.fixture(scope="module")
def answered():
    """Return a function that makes data of which the model in question answers some wrong, and the situation."""
    situation = situations.done() | {
        "metric": Accuracy(),
        "validation": blobs(2000, 7),
        "target": 0.9,
        "seeds": 1,
    }
    (model,) = diagnosed(situation).asked.models
    x, _ = blobs(4000, 8)
    y = model.eval()(x).argmax(1)

    def part(right, wrong):
        labels = y[: right + wrong].clone()
        labels[:wrong] = 1 - labels[:wrong]
        return x[: right + wrong], labels

    return part, situation


def test_what_a_small_test_set_says_may_be_chance(answered):
    part, situation = answered
    found = diagnosed(situation | {"validation": part(1960, 40), "test": part(24, 1), "target": 0.97})
    assert questions(found) == [GOOD_HERE, BAD_THERE, (VALIDATION, True), (MISMATCH, False)]
    assert found.verdict == Verdict.UNDECIDED == "too few samples to tell"
    assert found.open_gap.size == pytest.approx(0.02)
    assert found.open_gap.error == pytest.approx(math.sqrt(0.96 * 0.04 / 25), rel=0.1)
    variance = 0.98 * 0.02 + 0.96 * 0.04
    assert found.open_gap.samples_to_tell == pytest.approx(9 * variance / 0.02**2, rel=0.2)
    assert found.advice[0].startswith("More samples: about 1,")
    assert found.advice[0].endswith("Nothing is shown to be wrong.")
    assert len(found.advice) == 1
    assert len(found.trials) == 1


def test_the_same_share_of_many_is_beyond_chance(answered):
    part, situation = answered
    found = diagnosed(situation | {"validation": part(1960, 40), "test": part(3840, 160), "target": 0.97})
    assert questions(found) == [GOOD_HERE, BAD_THERE, (VALIDATION, True), (MISMATCH, True)]


def test_what_a_small_validation_set_says_may_be_chance(answered):
    part, situation = answered
    both = part(26, 3)
    found = diagnosed(situation | {"validation": both, "test": both})
    assert questions(found) == [GOOD_HERE, BAD_THERE, (VALIDATION, False), (MISMATCH, False), (BEYOND_CHANCE, False)]
    assert found.verdict == Verdict.UNDECIDED
    assert "From training to validation data the accuracy gets worse by" in found.advice[0]


def test_of_validation_and_test_set_either_may_show_overfitting(answered):
    part, situation = answered
    few, many = part(26, 3), part(3500, 500)
    for validation, test, shown_by in ((few, many, "test"), (many, few, "validation")):
        found = diagnosed(situation | {"validation": validation, "test": test})
        path = [GOOD_HERE, BAD_THERE, (VALIDATION, False), (MISMATCH, False), (BEYOND_CHANCE, True)]
        assert questions(found) == path
        assert found.verdict == Verdict.OVERFITTING
        assert found.path[-1].evidence.startswith(f"from training to {shown_by} by ")


def test_something_is_wrong_but_validation_has_too_few_samples_to_say_what(answered):
    part, situation = answered
    found = diagnosed(situation | {"validation": part(28, 1), "test": part(3500, 500)})
    assert found.verdict == Verdict.UNDECIDED
    assert found.advice[0].endswith("On test data the target is missed beyond chance; why cannot be said.")


def test_a_test_set_of_one_sample(answered):
    part, situation = answered
    found = diagnosed(situation | {"test": part(0, 1)})
    assert found.verdict == Verdict.UNDECIDED
    assert found.advice[0].startswith("More samples. From validation to test data the accuracy gets worse by")
    assert diagnosed(situation | {"test": part(1, 0)}).verdict == Verdict.DONE
