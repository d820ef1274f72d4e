"""Each piece of advice is given where a trial speaks for it, and only there."""

import numpy as np
import pytest
from dlcore.validation import Diagnosis, Measure, Trial, TwoSampleTest, Verdict
from dlcore.validation.advice import advise

MEASURE = Measure("loss", "min", 0.2)


def trial(name, role, train, validation, *, test=None, curve=None):
    """Return a trial of one seed."""
    curve = np.array([[validation] if curve is None else curve])
    values = [np.array([value]) for value in (train, validation, validation if test is None else test)]
    return Trial(name, role, 1, *values, curve, curve, [])


def advice(verdict, *trials, decisive=None, **found):
    found = Diagnosis(verdict, MEASURE, {each.name: each for each in trials}, **found)
    found.decisive = None if decisive is None else found.trials[decisive]
    return advise(found)


def begins(texts, beginning):
    return any(text.startswith(beginning) for text in texts)


def overfitting(half=1.2, smaller=1.2, curve=None):
    return advice(
        Verdict.OVERFITTING,
        trial("asked", "asked", 0.1, 1.0, curve=curve),
        trial("4 (smaller)", "smaller", 0.1, smaller),
        trial("half of the data", "half", 0.1, half),
    )


def test_nothing():
    assert advice(Verdict.DONE, trial("asked", "asked", 0.1, 0.1))[0].startswith("Nothing.")


def test_more_data_as_half_of_it_is_worse():
    assert "With half of it the validation loss is 1.2, with all 1." in overfitting(half=1.2)[0]
    assert overfitting(half=0.9)[0] == "More training data, or more of it by augmentation."


@pytest.mark.parametrize(
    ("curve", "stops"),
    [
        ([0.9, 0.5, 1.0], True),
        ([0.95, 0.93, 1.0], False),  # less than a tenth of what lacks
        ([1.2, 1.1, 1.0], False),
        ([0.1, 0.1, 0.15], False),  # good in the end
    ],
)
def test_stop_early_where_validation_was_better(curve, stops):
    found = overfitting(curve=curve)
    assert begins(found, "Stop early: ") == stops
    if stops:
        assert "Stop early: the validation loss is best after epoch 2, 0.5, and in the end 1." in found


def test_a_smaller_model_where_that_one_is_better():
    assert "Make the model smaller: 4 (smaller) has 0.8 on validation instead of 1." in overfitting(smaller=0.8)
    assert not begins(overfitting(smaller=1.1), "Make the model smaller")


def test_a_constraint_that_is_needed():
    found = advice(
        Verdict.OVERFITTING,
        trial("asked", "asked", 0.5, 1.0),
        trial("no dropout (0.5)", "relaxed", 0.1, 2.0),
        trial("half of the data", "half", 0.5, 1.5),
        decisive="no dropout (0.5)",
    )
    assert found[1] == (
        "Keep the constraint until then: with no dropout (0.5) the training loss is 0.1 instead of 0.5, but on "
        "validation 2 instead of 1. Less of it may be better than none."
    )
    assert not begins(found, "Weight decay and dropout")
    assert begins(overfitting(), "Weight decay and dropout")


@pytest.mark.parametrize(("validation", "by_part"), [(0.3, True), (0.2, False)])
def test_relax_by_a_part_where_the_rest_is_overfitting(validation, by_part):
    found = advice(
        Verdict.RIGID_CONSTRAINT,
        trial("asked", "asked", 0.9, 0.9),
        trial("no dropout (0.5)", "relaxed", 0.1, validation),
        decisive="no dropout (0.5)",
    )
    assert found[0].startswith("Relax it. With no dropout (0.5) the training loss is 0.1 instead of 0.9")
    assert begins(found, "Relax it by a part only") == by_part


@pytest.mark.parametrize(("train", "still"), [(0.6, False), (0.8, True)])
def test_larger_and_larger_still(train, still):
    asked, larger = trial("asked", "asked", 1.0, 1.0), trial("8 (larger)", "larger", train, train)
    found = advice(Verdict.MODEL_BIAS, asked, larger, decisive="8 (larger)")
    assert found[0].startswith(f"Make the model larger: 8 (larger) has a training loss of {train:g} instead of 1")
    assert ("a still larger one may help more" in found[0]) == still
    assert advice(Verdict.MODEL_BIAS, asked, larger)[0].startswith("More features")


@pytest.mark.parametrize(
    ("before", "after", "given"), [(1.0, 0.5, True), (1.0, 0.7, False), (np.nan, 0.7, True), (np.nan, np.nan, False)]
)
def test_another_optimizer_where_it_closes_most(before, after, given):
    tried = [trial("SGD", "optimizer", 1.0, 1.0), trial("Adam", "optimizer", after, after)]
    found = advice(Verdict.FAILED_OPTIMIZATION, trial("asked", "asked", before, before), *tried)
    assert begins(found, f"Adam: the training loss is {after:.4g} instead of {before:.4g}.") == given
    assert begins(found, "Learning rates between and beyond")
    assert not begins(advice(Verdict.FAILED_OPTIMIZATION, trial("asked", "asked", 1.0, 1.0)), "Adam")


@pytest.mark.parametrize(
    ("found", "first"),
    [
        ({"two_sample": TwoSampleTest(0.9, 1e-8, 100)}, "Look at the inputs: a small network tells"),
        ({"two_sample": TwoSampleTest(0.5, 0.4, 100)}, "Look at the targets"),
        ({"not_compared": "there are 3"}, "Look at the inputs: they were not compared, as there are 3."),
    ],
)
def test_where_the_mismatch_is(found, first):
    asked, half = (
        trial(name, role, 0.1, 0.1, test=test) for name, role, test in (("a", "asked", 0.9), ("b", "half", 1))
    )
    texts = advice(Verdict.MISMATCH, asked, half, **found)
    assert texts[0].startswith(first)
    assert "the test loss goes from 1 to 0.9." in texts[1]
