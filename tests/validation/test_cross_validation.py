"""N folds: scores, choice, the same bits in any number of processes, errors that name their fold."""

import math
import os
import re
import signal
from functools import partial

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.data import Dataset, TensorDataset
from dlcore.models import MLP
from dlcore.train import Accuracy, Metric
from dlcore.validation import CrossValidation, Recipe, cross_validate
from dlcore.validation.seeds import seed_of

pytest.importorskip("sklearn")

from dlcore.sklearn import NetClassifier
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import GroupKFold, KFold, RepeatedKFold, StratifiedKFold, TimeSeriesSplit
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
    with pytest.raises(ValueError, match="cross_validate: candidates expected at least one with a finite mean"):
        CrossValidation("loss", "min", {"a": scores["a"]}, scores).best  # noqa: B018


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
    pytest.importorskip("matplotlib")
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
