"""The order of the tree, and how much has to help, without any training."""

import math

import dlcore as dl
import numpy as np
import pytest
from dlcore.data import TensorDataset
from dlcore.validation import Diagnosis, Measure, Trial, Verdict
from dlcore.validation.alternatives import Alternatives
from dlcore.validation.reasons import explain_training
from dlcore.validation.trials import Trials
from situations import BY_HEART, CONSTRAINT, questions


@pytest.mark.parametrize(
    ("mode", "before", "after", "share"),
    [
        ("min", 1.0, 0.6, 0.5),
        ("max", -1.0, -0.6, 0.5),
        ("min", 1.0, 0.2, 1.0),
        ("min", 1.0, 1.4, -0.5),
        ("min", math.nan, 0.6, 0.0),
        ("min", math.nan, 0.1, 1.0),
        ("min", 1.0, math.inf, 0.0),
    ],
)
def test_what_lacks(mode, before, after, share):
    assert Measure("loss", mode, 0.2 if mode == "min" else -0.2).share_closed(before, after) == pytest.approx(share)


def trial(*train):
    values = np.array(train)
    return Trial("a", "asked", 1, values, values, values, values[:, None], values[:, None], [])


def test_what_helps():
    trials = Trials(None, None, None, Measure("loss", "min", 0.0), 3, 0)
    assert trials.helps(trial(1.0, 1.0), trial(0.5, 0.5), 0.5)
    assert not trials.helps(trial(1.0, 1.0), trial(0.51, 0.51), 0.5)
    assert not trials.helps(trial(1.0, 1.0), trial(0.9, 0.1), 0.5)  # 0.5 closed, by chance: the error is 0.4
    assert trials.helps(trial(1.0), trial(0.4), 0.5)
    assert trials.helps(trial(9.0, 1.0), trial(-0.3, -0.2), 0.5)  # the target is reached, whatever the spread before
    assert not trials.helps(trial(9.0, 1.0), trial(0.2, 0.1), 0.5)
    assert not trials.helps(trial(9.0, 1.0), trial(-0.3, 0.1), 0.5)  # reached by chance
    assert trials.helps(trial(math.nan, 1.0), trial(0.0, 0.0), 0.5)
    assert not trials.helps(trial(1.0, 1.0), trial(math.nan, 0.0), 0.5)


class Prepared(Trials):
    """Trains nothing: the recipe is the loss, of training and of validation."""

    def run(self, name, role, recipe, train=None):
        learnt, held_out = (np.full(2, loss) for loss in recipe)
        curves = learnt[:, None]
        self.done[name] = Trial(name, role, 1, learnt, held_out, held_out, curves, curves, [])
        return self.done[name]


def explained(others):
    """Explain a loss of 1 where 0 is the target, by what alternatives give."""
    data = TensorDataset(dl.zeros(4, 1), dl.zeros(4))
    trials = Prepared(data, None, None, Measure("loss", "min", 0.0), 2, 0)
    asked = (1.0, 1.0)
    trials.run("asked", "asked", asked)
    found = Diagnosis(Verdict.DONE, trials.measure, trials.done)
    found.verdict, found.decisive = explain_training(found, trials, asked, others)
    return found


def both(**losses):
    """Return losses of training and validation that are the same."""
    return {name: (loss, loss) for name, loss in losses.items()}


@pytest.mark.parametrize(
    ("relaxed", "smaller", "optimizer", "larger", "verdict", "decisive"),
    [
        (0.5, 0.0, 0.0, 0.0, Verdict.RIGID_CONSTRAINT, "relaxed"),
        (0.51, 0.89, 0.0, 0.0, Verdict.FAILED_OPTIMIZATION, "smaller"),
        (0.51, 0.91, 0.5, 0.0, Verdict.FAILED_OPTIMIZATION, "optimizer"),
        (0.51, 0.91, 0.51, 0.5, Verdict.MODEL_BIAS, "larger"),
        (0.51, 0.91, 0.51, 0.89, Verdict.MODEL_BIAS, "larger"),
        (0.51, 0.91, 0.51, 0.91, Verdict.MODEL_BIAS, None),
        (1.5, 1.5, math.nan, math.inf, Verdict.MODEL_BIAS, None),
    ],
)
def test_the_order_of_the_tree_and_how_much_has_to_help(relaxed, smaller, optimizer, larger, verdict, decisive):
    found = explained(
        Alternatives(both(smaller=smaller), both(relaxed=relaxed), both(optimizer=optimizer), both(larger=larger))
    )
    assert (found.verdict, found.decisive and found.decisive.name) == (verdict, decisive)
    needed = {"smaller": ["optimizer"], None: []}.get(decisive, [])  # after a smaller one, an optimizer to advise
    names = ["relaxed", "smaller", "optimizer", "larger"]
    assert list(found.trials)[1:] == names[: names.index(decisive) + 1 if decisive else 4] + needed


@pytest.mark.parametrize(
    ("free", "free_smaller", "decisive"),
    [
        (0.6, 0.1, "free smaller"),  # the larger one, free, could do the same
        (0.6, 0.55, "optimizer"),  # less than a tenth of what lacks without the constraint
        (math.inf, -0.1, "optimizer"),  # without it training does not even stay finite: no proof of anything
        ([-1.0, 1.0], -0.5, "optimizer"),  # without it the larger one reaches the target, too, by chance at least
    ],
)
def test_a_smaller_one_is_a_proof_where_both_are_free_of_constraints(free, free_smaller, decisive):
    others = Alternatives(
        both(smaller=0.0), both(free=free), both(optimizer=0.4), {}, "free", both(**{"free smaller": free_smaller})
    )
    found = explained(others)
    assert (found.verdict, found.decisive.name) == (Verdict.FAILED_OPTIMIZATION, decisive)
    assert "smaller" not in found.trials


def test_a_constraint_is_needed_where_validation_is_no_better_without():
    relaxed = {"a": (0.4, 1.1), "b": (0.1, 1.0), "c": (0.6, 1.2)}
    found = explained(Alternatives(both(smaller=0.9), relaxed, both(optimizer=0.0), {}))
    assert (found.verdict, found.decisive.name) == (Verdict.OVERFITTING, "b")
    assert questions(found) == [(CONSTRAINT, False), (BY_HEART, True)]
    assert list(found.trials)[1:] == ["a", "b", "c", "smaller", "half of the data"]


def test_another_constraint_may_still_be_too_rigid():
    found = explained(Alternatives({}, {"a": (0.1, 1.1), "b": (0.4, 0.9)}, {}, {}))
    assert (found.verdict, found.decisive.name) == (Verdict.RIGID_CONSTRAINT, "b")


@pytest.mark.parametrize(
    ("losses", "best", "trained"),
    [
        ((0.8, 0.4, 0.0), "1", 2),  # until most of what lacks is closed
        ((0.8, 0.65, 0.55), "2", 3),  # as far as there are larger ones
        ((0.8, 0.78, 0.0), "1", 2),  # until size stops to help
        (([0.95, 0.65], 0.2, 0.0), "1", 2),  # the first one may help by chance, which is reason enough to go on
    ],
)
def test_larger_ones_are_trained_while_size_helps(losses, best, trained):
    larger = {str(number): (loss, loss) for number, loss in enumerate(losses)}
    found = explained(Alternatives({}, {}, both(optimizer=1.0), larger))
    assert (found.verdict, found.decisive.name) == (Verdict.MODEL_BIAS, best)
    assert len(found.by_role("larger")) == trained
