"""N folds: scores, choice, the same bits in any number of processes."""

import math
import os
import signal
from functools import partial

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.data import TensorDataset
from dlcore.sklearn import NetClassifier
from dlcore.train import Metric
from dlcore.validation import CrossValidation, Recipe, cross_validate
from dlcore.validation.seeds import seed_of
from folds import CLASSES, X, Y, points, recipes, same
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


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
