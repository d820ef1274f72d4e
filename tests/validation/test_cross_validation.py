"""N folds: scores, choice, the same bits in any number of processes, errors that name their fold."""

import math
import os
import re
import signal
from functools import partial

import dlcore as dl
import numpy as np
import pytest
from check import check_error
from dlcore import nn
from dlcore.data import Dataset, Subset, TensorDataset
from dlcore.models import MLP
from dlcore.sklearn import NetClassifier
from dlcore.train import Accuracy, Metric
from dlcore.validation import CrossValidation, Recipe, cross_validate
from dlcore.validation.seeds import seed_of
from scipy.sparse import csr_matrix
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GroupKFold, KFold, RepeatedKFold, StratifiedKFold, TimeSeriesSplit
from sklearn.model_selection import cross_validate as scores_of_scikit_learn
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

RNG = np.random.default_rng(0)
X = RNG.standard_normal((60, 3))
Y = X @ [1.0, -2.0, 0.5] + 0.3 * RNG.standard_normal(60)
CLASSES = (X[:, 0] > X[:, 1]).astype(np.int64)


def points():
    return dl.tensor(X, dtype=dl.float32), dl.tensor(Y, dtype=dl.float32).unsqueeze(1)


def recipes():
    adam = partial(dl.optim.Adam, lr=0.05)
    return {
        "line": Recipe(partial(nn.Linear, 3, 1), nn.MSELoss(), adam, epochs=5),
        "constant": Recipe(partial(MLP, 3, [1], dropout=0.9), nn.MSELoss(), partial(dl.optim.SGD, lr=0.0), epochs=1),
    }


def test_scores_are_those_of_a_loop_by_hand():
    splitter = KFold(4)
    result = cross_validate(recipes(), points(), splitter, seed=7)
    x, y = points()
    for name, recipe in recipes().items():
        for number, (train, test) in enumerate(splitter.split(X)):
            dl.manual_seed(seed_of(7, name, number))
            model = recipe.model()
            loader = dl.data.DataLoader(TensorDataset(x[train], y[train]), 32, shuffle=True)
            dl.train.fit(model, loader, nn.MSELoss(), recipe.optimizer(model.parameters()), recipe.epochs)
            model.eval()
            for part, scores in ((test, result.scores), (train, result.train_scores)):
                expected = ((model(x[part]).detach().numpy() - y[part].numpy()) ** 2).mean()
                assert scores[name][number] == pytest.approx(expected, rel=1e-5)
    assert result.chosen == "line"
    dl.manual_seed(seed_of(7, "line", 4))
    everything = recipes()["line"].fit(TensorDataset(x, y), seed=seed_of(7, "line", 4)).model
    np.testing.assert_array_equal(result.model.weight.detach().numpy(), everything.weight.detach().numpy())
    assert not result.model.training


def test_an_estimator_against_least_squares():
    splitter = KFold(5, shuffle=True, random_state=3)
    result = cross_validate(
        {"least squares": LinearRegression(), "flat": Ridge(1e6)}, (X, Y), splitter, score="neg_mean_squared_error"
    )
    for number, (train, test) in enumerate(splitter.split(X)):
        rows = np.column_stack([X, np.ones(60)])
        w = np.linalg.lstsq(rows[train], Y[train], rcond=None)[0]
        expected = -((rows[test] @ w - Y[test]) ** 2).mean()
        assert result.scores["least squares"][number] == pytest.approx(expected, rel=1e-9)
    assert (result.mode, result.chosen) == ("max", "least squares")
    np.testing.assert_allclose(result.model.coef_, LinearRegression().fit(X, Y).coef_, rtol=1e-9)


def test_mean_and_spread():
    scores = {"a": np.array([1.0, 2.0, 4.0]), "b": np.array([3.0, 3.0, 3.0])}
    result = CrossValidation("loss", "min", scores, scores)
    assert result.mean("a") == pytest.approx(7 / 3)
    expected = math.sqrt(((1 - 7 / 3) ** 2 + (2 - 7 / 3) ** 2 + (4 - 7 / 3) ** 2) / 2)
    assert result.std("a") == pytest.approx(expected)
    assert result.standard_error("a") == pytest.approx(expected / math.sqrt(3))
    lines = str(result).splitlines()
    assert lines[0] == "loss over 3 folds, less is better"
    assert lines[2].split() == ["a", "2.333", "1.528", "0.8819", "2.333", "chosen"]
    assert lines[3].split() == ["b", "3", "0", "0", "3"]
    assert math.isnan(CrossValidation("loss", "min", {"a": np.array([1.0])}, scores).std("a"))


@pytest.mark.parametrize(("mode", "sign"), [("min", 1), ("max", -1)])
def test_the_rule_of_one_standard_error(mode, sign):
    best = np.array([1.0, 1.2, 1.4])  # 1.2, standard error 0.115
    scores = {name: sign * values for name, values in {"a": best + 0.2, "b": best + 0.1, "c": best}.items()}
    assert CrossValidation("loss", mode, scores, scores).chosen == "c"
    assert CrossValidation("loss", mode, scores, scores, "one_standard_error").chosen == "b"


def test_a_candidate_without_numbers_is_never_the_best():
    scores = {"a": np.array([math.nan, 0.0]), "b": np.array([2.0, 3.0])}
    assert CrossValidation("loss", "min", scores, scores).best == "b"
    scores = {"a": np.array([math.inf, math.inf]), "b": np.array([1.0, 2.0])}
    for rule in ("best", "one_standard_error"):
        assert CrossValidation("score", "max", scores, scores, rule).chosen == "b"


def test_where_no_mean_is_finite_the_scores_remain_and_none_is_chosen():
    with pytest.warns(RuntimeWarning, match="cross_validate: no candidate has a finite mean; none is chosen"):
        result = cross_validate({"a": LinearRegression()}, (X, Y), 3, score=lambda estimator, x, y: math.nan)
    assert np.isnan(result.scores["a"]).tolist() == [True] * 3
    assert (result.best, result.chosen, result.model) == (None, None, None)
    assert str(result).splitlines()[-1] == "none chosen: no candidate has a finite mean"


def same(a, b):
    return all((a.scores[n] == b.scores[n]).all() and (a.train_scores[n] == b.train_scores[n]).all() for n in a.scores)


def test_the_same_bits_in_any_number_of_processes():
    candidates = {**recipes(), "local": Recipe(lambda: nn.Linear(3, 1), nn.MSELoss(), epochs=2)}
    alone, *others = (cross_validate(candidates, points(), 3, processes=n) for n in (1, 2, 3))
    for other in others:
        assert same(alone, other)
        assert (alone.model.weight.detach().numpy() == other.model.weight.detach().numpy()).all()
    assert dl.get_num_threads() >= 1


def test_estimators_in_processes():
    candidates = {
        "net": make_pipeline(StandardScaler(), NetClassifier((4,), epochs=3)),
        "plain": NetClassifier((), epochs=3, random_state=0),
    }
    results = [cross_validate(candidates, (X, CLASSES), StratifiedKFold(3), processes=n, refit=False) for n in (1, 2)]
    assert same(*results)
    assert results[0].model is None


def test_processes_share_the_threads():
    class Threads(Metric):
        """Tell how many threads compute."""

        def reset(self):
            pass

        def update(self, outputs, targets):
            pass

        def compute(self):
            return dl.get_num_threads()

    recipe = Recipe(partial(nn.Linear, 3, 1), nn.MSELoss(), epochs=1, metrics={"threads": Threads()})
    dl.set_num_threads(6)
    for processes in (1, 2, 3):
        result = cross_validate({"a": recipe}, points(), 2, score="threads", mode="max", processes=processes)
        assert set(result.scores["a"]) == {6 // processes}
    assert dl.get_num_threads() == 6


def test_ctrl_c_is_not_taken_for_an_end():
    class Interrupting(nn.Linear):
        heard = 0

        def forward(self, x):
            self.heard += 1
            if self.heard == 1:
                os.kill(os.getpid(), signal.SIGINT)
            return super().forward(x)

    with pytest.raises(KeyboardInterrupt):
        cross_validate({"a": Recipe(partial(Interrupting, 3, 1), nn.MSELoss())}, points(), 2)


def test_seeds():
    seeds = {seed_of(seed, name, fold) for seed in (0, 1) for name in ("a", "b", "c") for fold in range(20)}
    assert len(seeds) == 2 * 3 * 20
    assert all(0 <= seed < 2**31 for seed in seeds)
    two = cross_validate(recipes(), points(), 3, seed=1)
    one = cross_validate({"line": recipes()["line"]}, points(), 3, seed=1)
    np.testing.assert_array_equal(one.scores["line"], two.scores["line"])
    other = cross_validate({"line": recipes()["line"]}, points(), 3, seed=2)
    assert (one.scores["line"] != other.scores["line"]).all()


def test_the_default_generator_stays_as_it_is():
    before = dl.get_rng_state().tolist()
    cross_validate(recipes(), points(), 2)
    assert dl.get_rng_state().tolist() == before


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


class Points(Dataset):
    """Samples by number, one at a time."""

    def __len__(self):
        return 60

    def __getitem__(self, index):
        return dl.tensor(X[index], dtype=dl.float32), int(CLASSES[index])


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


def test_picture():
    scores = {"a": np.array([1.0, 2.0, 4.0]), "b": np.array([3.0, 3.0, 3.0])}
    result = CrossValidation("loss", "min", scores, scores)
    ax = result.plot()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a\n(chosen)", "b"]
    assert sorted(ax.lines[0].get_xdata()) == [1, 2, 4]
    assert result.plot(ax) is ax


def test_a_recipe_with_callbacks():
    def halving(optimizer, epochs):
        return [dl.train.Schedule(dl.optim.lr_scheduler.StepLR(optimizer, 1, 0.5))]

    recipe = Recipe(partial(nn.Linear, 3, 1), nn.MSELoss(), epochs=3, callbacks=halving)
    run = recipe.fit(TensorDataset(*points()))
    assert [entry["lr"] for entry in run.history] == pytest.approx([1e-3, 5e-4, 2.5e-4])
