"""Means and accuracies against NumPy."""

import math
import re

import dlcore as dl
import numpy as np
import pytest
from dlcore.train import Accuracy, Mean, Metric

RNG = np.random.default_rng(0)


def test_mean():
    mean = Mean()
    assert math.isnan(mean.compute())
    values, weights = RNG.standard_normal(5), RNG.integers(1, 9, 5)
    for value, weight in zip(values, weights, strict=True):
        mean.update(float(value), int(weight))
    assert mean.compute() == pytest.approx(np.average(values, weights=weights))
    mean.reset()
    mean.update(2.0)
    assert mean.compute() == 2.0


def test_which_direction_is_better():
    assert Accuracy().higher_is_better is True
    assert Mean().higher_is_better is None  # it depends on what the mean is of
    assert Metric.higher_is_better is None
    assert "higher_is_better" not in Accuracy().state_dict()


@pytest.mark.parametrize("shape", [(7, 3), (5, 4, 6), (2, 3, 4, 5)])
@pytest.mark.parametrize("ignore_index", [None, 0, -100])
def test_accuracy(shape, ignore_index):
    accuracy, right, total = Accuracy(ignore_index), 0, 0
    for _ in range(3):
        scores = RNG.standard_normal(shape)
        targets = RNG.integers(0, shape[1], (shape[0], *shape[2:]))
        if ignore_index is not None:
            targets[0] = ignore_index
        accuracy.update(dl.tensor(scores, requires_grad=True), dl.tensor(targets))
        counted = np.ones_like(targets, bool) if ignore_index is None else targets != ignore_index
        right += ((scores.argmax(1) == targets) & counted).sum()
        total += counted.sum()
    assert accuracy.compute() == right / total


def test_yes_or_no():
    accuracy = Accuracy()
    assert math.isnan(accuracy.compute())
    accuracy.update(dl.tensor([[-1.0], [2.0], [3.0]]), dl.tensor([[0.0], [1.0], [0.0]]))
    assert accuracy.compute() == 2 / 3


def test_the_state_goes_on():
    first, second = Accuracy(), Accuracy()
    first.update(dl.tensor([1.0, -1.0]), dl.tensor([1, 1]))
    second.load_state_dict(first.state_dict())
    for metric in (first, second):
        metric.update(dl.tensor([1.0]), dl.tensor([1]))
    assert first.compute() == second.compute() == 2 / 3


def test_shapes_that_do_not_go_together():
    message = "Accuracy: targets expected shape (4,) for scores (4, 3), got (3,)"
    with pytest.raises(ValueError, match=re.escape(message)):
        Accuracy().update(dl.zeros(4, 3), dl.zeros(3, dtype=dl.int64))
    for method in ("reset", "compute"):
        with pytest.raises(NotImplementedError, match=f"Metric: {method} is not defined"):
            getattr(Metric(), method)()
    with pytest.raises(NotImplementedError, match="Metric: update is not defined"):
        Metric().update(None, None)
