"""What may split samples into folds."""

import re
from functools import partial

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.validation import Recipe, cross_validate
from folds import Points, points, recipes, same
from sklearn.model_selection import GroupKFold, KFold, RepeatedKFold, StratifiedKFold, TimeSeriesSplit


class Indices(nn.Module):
    """Answers with its input, and tells which samples it was trained on."""

    def __init__(self, seen):
        super().__init__()
        self.seen = seen
        self.bias = nn.Parameter(dl.zeros(1))

    def forward(self, x):
        self.seen.append((self.training, x[:, 0].long().tolist()))
        return x + self.bias * 0


def seen_by(splitter, **options):
    """Return the samples that each fold was trained and evaluated on: [(trained, held out), ...]."""
    seen = []
    recipe = Recipe(lambda: Indices(seen), nn.MSELoss(), epochs=1, batch_size=100)
    numbers = dl.arange(12).float().unsqueeze(1)
    cross_validate({"a": recipe}, (numbers, numbers), splitter, refit=False, **options)
    folds = []
    for (training, trained), (_, again), (_, held_out) in zip(seen[::3], seen[1::3], seen[2::3], strict=True):
        assert training
        assert sorted(trained) == again
        folds.append((again, held_out))
    return folds


@pytest.mark.parametrize(
    ("splitter", "options"),
    [
        (KFold(4), {}),
        (StratifiedKFold(3), {"labels": np.arange(12) % 2}),
        (GroupKFold(3), {"groups": np.arange(12) // 2}),
        (TimeSeriesSplit(3), {}),
        (RepeatedKFold(n_splits=3, n_repeats=2, random_state=1), {}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_splitter(splitter, options):
    rows = np.zeros((12, 1))
    expected = list(splitter.split(rows, options.get("labels"), options.get("groups")))
    folds = seen_by(splitter, **options)
    assert folds == [(sorted(train.tolist()), test.tolist()) for train, test in expected]


class Given:
    """A splitter that gives what it was given."""

    def __init__(self, *parts):
        self.parts = parts

    def split(self, rows, labels=None, groups=None):
        return iter(self.parts)


@pytest.mark.parametrize("kind", [np.asarray, lambda mask: np.flatnonzero(mask).tolist(), np.flatnonzero])
def test_a_splitter_may_give_masks_lists_and_arrays(kind):
    mask = np.arange(12) % 3 == 0
    numbers = np.flatnonzero(~mask).tolist(), np.flatnonzero(mask).tolist()
    assert seen_by(Given((kind(~mask), kind(mask)))) == [numbers]
    line = {"a": Recipe(partial(nn.Linear, 3, 2), nn.CrossEntropyLoss(), epochs=1)}
    mask = np.arange(60) % 3 == 0
    expected = cross_validate(line, Points(), Given((np.flatnonzero(~mask), np.flatnonzero(mask))), refit=False)
    assert same(cross_validate(line, Points(), Given((kind(~mask), kind(mask))), refit=False), expected)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([], "splitter expected to give one fold or more, got none"),
        ([([0, 1], [])], "splitter expected samples in fold 0, held out, got none"),
        ([(np.zeros(60, bool), [0])], "splitter expected samples in fold 0, to learn from, got none"),
        ([([0], [1]), ([0], [60])], "splitter expected numbers from 0 to 59 in fold 1, held out, got 60 to 60"),
        ([([-1], [1])], "splitter expected numbers from 0 to 59 in fold 0, to learn from, got -1 to -1"),
        (
            [(np.ones(5, bool), [0])],
            "splitter expected a mask (60,) or numbers of samples in fold 0, to learn from, got bool of shape (5,)",
        ),
        (
            [([0.0, 1.0], [2])],
            "splitter expected a mask (60,) or numbers of samples in fold 0, to learn from, got float64 of shape (2,)",
        ),
    ],
)
def test_what_a_splitter_cannot_give(parts, message):
    with pytest.raises(ValueError, match=f"^cross_validate: {re.escape(message)}$"):
        cross_validate(recipes(), points(), Given(*parts))


def test_integers_of_numpy_are_integers():
    expected = cross_validate(recipes(), points(), 3, seed=2, refit=False)
    result = cross_validate(recipes(), points(), np.int64(3), seed=np.int64(2), processes=np.int64(1), refit=False)
    assert same(result, expected)


def test_a_factory_that_makes_the_same_network_is_refused_before_anything_is_trained():
    network = nn.Linear(3, 1)
    before = network.weight.detach().numpy().copy()
    head = nn.Linear(1, 1)
    for make in (lambda: network, lambda: nn.Sequential(nn.Linear(3, 1), head)):
        with pytest.raises(ValueError, match="model of candidate 'a' expected to make a new network each time"):
            cross_validate({"a": Recipe(make, nn.MSELoss())}, points(), 2)
    np.testing.assert_array_equal(network.weight.detach().numpy(), before)
    network.requires_grad_(False)  # a part that is not trained may be shared
    cross_validate({"a": Recipe(lambda: nn.Sequential(network, nn.Linear(1, 1)), nn.MSELoss(), epochs=1)}, points(), 2)


def test_a_number_of_folds_is_drawn_by_the_seed():
    folds = seen_by(4, seed=5)
    assert sorted(number for _, held_out in folds for number in held_out) == list(range(12))
    assert all(not set(train) & set(held_out) and len(held_out) == 3 for train, held_out in folds)
    assert folds == seen_by(4, seed=5) != seen_by(4, seed=6)


def test_a_splitter_without_a_state_gets_the_seed_and_stays_as_it_is():
    splitter = RepeatedKFold(n_splits=3, n_repeats=2)
    assert seen_by(splitter) == seen_by(splitter) != seen_by(splitter, seed=1)
    assert splitter.random_state is None
