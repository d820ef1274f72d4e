"""What may be split into folds."""

from functools import partial

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.data import Subset, TensorDataset
from dlcore.train import Accuracy
from dlcore.validation import Recipe, cross_validate
from folds import CLASSES, Points, X, Y, same
from scipy.sparse import csr_matrix
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.model_selection import cross_validate as scores_of_scikit_learn


def test_a_data_set_and_a_metric():
    adam = partial(dl.optim.Adam, lr=0.05)
    recipe = Recipe(partial(nn.Linear, 3, 2), nn.CrossEntropyLoss(), adam, 20, metrics={"accuracy": Accuracy()})
    result = cross_validate({"a": recipe}, Points(), StratifiedKFold(3), labels=CLASSES, score="accuracy")
    assert (result.score, result.mode) == ("accuracy", "max")
    assert result.mean("a") > 0.85
    arrays = cross_validate({"a": recipe}, (X.astype(np.float32), CLASSES), StratifiedKFold(3), score="accuracy")
    np.testing.assert_array_equal(arrays.scores["a"], result.scores["a"])


def test_targets_of_one_column_and_of_a_subset_are_labels():
    recipe = Recipe(partial(nn.Linear, 3, 1), nn.BCEWithLogitsLoss(), epochs=1)
    column = CLASSES[:, None].astype(np.float32)
    x = X.astype(np.float32)
    expected = cross_validate({"a": recipe}, (x, column), StratifiedKFold(3), labels=CLASSES)
    part = Subset(TensorDataset(dl.tensor(np.tile(x, (2, 1))), dl.tensor(np.tile(column, (2, 1)))), range(-60, 0))
    for data in ((x, column), part):
        assert same(cross_validate({"a": recipe}, data, StratifiedKFold(3)), expected)
    with pytest.raises(ValueError, match=r"cannot split 60 samples \(without labels and groups\)"):
        cross_validate({"a": recipe}, Points(), StratifiedKFold(3))


WORDS = np.where(CLASSES, "above", "below")


TENSORS = TensorDataset(dl.tensor(X), dl.tensor(CLASSES))


def frames():
    pandas = pytest.importorskip("pandas", reason="makes data frames")
    return pandas.DataFrame(X, index=range(100, 160)), pandas.Series(WORDS, index=range(100, 160))


def sparse():
    return csr_matrix(X), CLASSES.astype(np.int16)


@pytest.mark.parametrize(
    "data",
    [
        lambda: (X, CLASSES),
        lambda: (X, WORDS),
        lambda: (X.tolist(), WORDS.tolist()),
        frames,
        sparse,
        lambda: TENSORS,
        lambda: Subset(TENSORS, range(60)),
        lambda: (dl.tensor(X, requires_grad=True), WORDS),
    ],
    ids=["arrays", "words", "lists", "frames", "sparse", "tensors", "subset", "tensor and words"],
)
def test_an_estimator_learns_from_what_scikit_learn_takes(data):
    estimator, splitter = LogisticRegression(), StratifiedKFold(3)
    result = cross_validate({"a": estimator}, data(), splitter)
    expected = scores_of_scikit_learn(estimator, X, CLASSES, cv=splitter, return_train_score=True)
    np.testing.assert_array_equal(result.scores["a"], expected["test_score"])
    np.testing.assert_array_equal(result.train_scores["a"], expected["train_score"])
    assert result.model.n_features_in_ == 3


def test_narrow_floats_stay_what_they_are_for_an_estimator():
    narrow = X.astype(np.float16)
    splitter = KFold(3)
    result = cross_validate({"a": LinearRegression()}, (narrow, Y), splitter)
    expected = scores_of_scikit_learn(LinearRegression(), narrow, Y, cv=splitter)["test_score"]
    np.testing.assert_array_equal(result.scores["a"], expected)


def test_a_recipe_learns_from_lists_of_numbers():
    recipe = {"a": Recipe(partial(nn.Linear, 3, 2), nn.CrossEntropyLoss(), epochs=1)}
    lists = X.astype(np.float32).tolist(), CLASSES.tolist()
    assert same(cross_validate(recipe, lists, 2), cross_validate(recipe, (X.astype(np.float32), CLASSES), 2))
