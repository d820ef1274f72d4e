"""What cannot be, and trainings that fail: the error names candidate and fold."""

import re

import dlcore as dl
import numpy as np
import pytest
from check import check_error
from dlcore import nn
from dlcore.validation import Recipe, cross_validate
from folds import Points, X, Y, points, recipes
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GroupKFold, KFold


class FailingOnSample(Points):
    """Sample 45 cannot be read."""

    def __getitem__(self, index):
        if index == 45:
            raise KeyError("sample 45 is spoilt")
        return dl.tensor(X[index], dtype=dl.float32), dl.tensor(Y[index : index + 1], dtype=dl.float32)


def test_a_fold_that_fails_is_named():
    with pytest.raises(RuntimeError) as error:
        cross_validate(recipes(), FailingOnSample(), KFold(3))
    assert str(error.value) == "cross_validate: candidate 'line', fold 0: KeyError: 'sample 45 is spoilt'"
    assert isinstance(error.value.__cause__, KeyError)


class FailingOn(LinearRegression):
    """Cannot learn from so many samples."""

    def __init__(self, count=0):
        super().__init__()
        self.count = count

    def fit(self, x, y):
        if len(x) == self.count:
            raise ArithmeticError("too many")
        return super().fit(x, y)


def test_a_last_training_that_fails_is_named():
    message = "cross_validate: candidate 'a', trained on everything: ArithmeticError: too many"
    check_error(RuntimeError, message, lambda: cross_validate({"a": FailingOn(60)}, (X, Y), 3))
    message = "cross_validate: model of candidate 'a': KeyError: 'size'"
    recipe = Recipe(lambda: nn.Linear({}["size"], 1), nn.MSELoss())
    check_error(RuntimeError, message, lambda: cross_validate({"a": recipe}, points(), 3))


def test_a_fold_that_fails_in_a_process_is_named_with_its_traceback():
    class Failing(nn.Linear):
        def forward(self, x):
            raise ZeroDivisionError("no such thing")

    recipe = Recipe(lambda: Failing(3, 1), nn.MSELoss())
    with pytest.raises(RuntimeError) as error:
        cross_validate({"bad": recipe}, points(), KFold(2), processes=2)
    assert re.fullmatch(
        "cross_validate: candidate 'bad', fold [01]: ZeroDivisionError: no such thing", str(error.value)
    )
    assert re.search(r"in forward\n.*ZeroDivisionError: no such thing", str(error.value.__cause__), re.DOTALL)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"candidates": {}}, ValueError, "candidates expected at least one, got none"),
        (
            {"candidates": {**recipes(), "b": LinearRegression()}},
            TypeError,
            "candidates expected all to be a Recipe or all estimators, got both",
        ),
        ({"score": "accuracy"}, ValueError, "score expected one of loss for candidate 'line', got 'accuracy'"),
        ({"mode": "least"}, ValueError, "mode expected 'min' or 'max', got 'least'"),
        ({"rule": "first"}, ValueError, "rule expected 'best' or 'one_standard_error', got 'first'"),
        ({"processes": 0}, ValueError, "processes expected an integer >= 1, got 0"),
        ({"processes": True}, ValueError, "processes expected an integer >= 1, got True"),
        ({"seed": None}, ValueError, "seed expected an integer from 0 to 4294967295, got None"),
        ({"seed": -1}, ValueError, "seed expected an integer from 0 to 4294967295, got -1"),
        (
            {"candidates": [LinearRegression()]},
            TypeError,
            "candidates expected a mapping of names to recipes or estimators, got list",
        ),
        ({"candidates": {1: LinearRegression()}}, TypeError, "names of candidates expected str, got 1"),
        (
            {"candidates": {"a": LinearRegression}},
            TypeError,
            "candidate 'a' expected a Recipe or an estimator of scikit-learn, got the class LinearRegression",
        ),
        ({"score": ["loss"]}, ValueError, "score expected one of loss for candidate 'line', got ['loss']"),
        (
            {"candidates": {"a": LinearRegression()}, "score": ["r2", "max_error"]},
            TypeError,
            "score expected one name or scorer, got list",
        ),
        (
            {"candidates": {"a": LinearRegression()}, "score": "acuracy"},
            ValueError,
            "score expected a name of sklearn.metrics.get_scorer_names(), got 'acuracy'",
        ),
        (
            {"splitter": 1},
            ValueError,
            "splitter: k-fold cross-validation requires at least one train/test split by setting n_splits=2 or more, "
            "got n_splits=1.",
        ),
        (
            {"splitter": 61},
            ValueError,
            "splitter KFold cannot split 60 samples (without groups): "
            "Cannot have number of splits n_splits=61 greater than the number of samples: n_samples=60.",
        ),
        (
            {"splitter": GroupKFold(3)},
            ValueError,
            "splitter GroupKFold cannot split 60 samples (without groups): The 'groups' parameter should not be None.",
        ),
        ({"groups": np.zeros((60, 2))}, ValueError, "groups expected shape (60,), got (60, 2)"),
        (
            {"candidates": {"a": Recipe(nn.Linear(3, 1), nn.MSELoss())}},
            TypeError,
            "model of candidate 'a' expected a function that makes a network, got a network",
        ),
        (
            {"candidates": {"a": Recipe(lambda: 3, nn.MSELoss())}},
            TypeError,
            "model of candidate 'a' expected to make a Module, got int",
        ),
        (
            {"data": (X, np.array(["a", "b"] * 30))},
            TypeError,
            "data[1] expected numbers that a tensor can hold; tensor: expected an array of bool, uint8, int32, int64, "
            "float32 or float64, got dtype <U1",
        ),
        (
            {"candidates": {"b": LinearRegression()}, "data": (X, Y, Y)},
            TypeError,
            "data expected arrays X and y for an estimator, got 3 side by side",
        ),
        (
            {"splitter": 0.2},
            TypeError,
            "splitter expected a number of folds or a splitter of scikit-learn, got float",
        ),
        ({"labels": [0, 1]}, ValueError, "labels expected one for each of 60 samples, got shape (2,)"),
        ({"groups": [0, 1]}, ValueError, "groups expected one for each of 60 samples, got shape (2,)"),
        (
            {"data": X},
            TypeError,
            "data expected a tuple of arrays or tensors, or a data set with a length, got ndarray",
        ),
        (
            {"candidates": {"b": LinearRegression()}, "data": Points()},
            TypeError,
            "data expected arrays X and y for an estimator, got Points",
        ),
    ],
)
def test_errors(arguments, error, message):
    with pytest.raises(error, match=f"^cross_validate: {re.escape(message)}$"):
        cross_validate(**{"candidates": recipes(), "data": points(), **arguments})
