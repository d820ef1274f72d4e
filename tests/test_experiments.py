"""What the experiments count by: splits, spreads, verdicts, landscapes, sizes. Without training."""

import importlib
import sys
from pathlib import Path

import dlcore as dl
import numpy as np
import pytest

for package in ("matplotlib", "mlxtend", "sklearn", "statsmodels", "tqdm"):
    pytest.importorskip(package, reason="the experiments need the extra `examples`")

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def example(monkeypatch):
    """Import an example by its name, and forget what is in its folder afterwards."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    before = set(sys.modules)
    yield importlib.import_module
    for path in EXAMPLES.glob("*.py"):
        if path.stem not in before:
            sys.modules.pop(path.stem, None)


def test_the_seed_chooses_the_digits_to_learn_from_and_none_of_the_test(example):
    experiments = example("experiments")
    (first, _), (test, labels) = experiments.load_digits(200, seed=0)
    (second, _), (again, _) = experiments.load_digits(200, seed=1)
    np.testing.assert_array_equal(test, again)
    assert not np.array_equal(first, second)
    assert len(labels) == experiments.TEST
    learnt = {row.tobytes() for row in experiments.load_digits(4000)[0][0].numpy()}
    shared = [row for row in test.numpy() if row.tobytes() in learnt]
    assert not shared


def test_a_difference_is_clear_beyond_two_standard_errors(example):
    experiments = example("experiments")
    values = np.array([1.0, 2.0, 4.0])
    error = np.sqrt(((values - values.mean()) ** 2).sum() / 2 / 3)
    assert experiments.standard_error(values) == pytest.approx(error)
    assert experiments.clearly(values - values.mean() + 2.01 * error)
    assert not experiments.clearly(values - values.mean() + 1.99 * error)
    assert not experiments.clearly(values - values.mean() - 3 * error)
    assert experiments.percent(np.array([0.1, 0.2])) == "15.0 ± 5.0 %"


def test_each_run_of_a_seed_begins_with_the_same_random_numbers(example):
    experiments = example("experiments")
    found = experiments.repeat({"a": lambda seed: dl.rand(1).item(), "b": lambda seed: dl.rand(1).item()}, 3)
    np.testing.assert_array_equal(found["a"], found["b"])
    assert len(set(found["a"])) == 3


@pytest.mark.parametrize(
    ("agrees", "expected", "quick", "code"),
    [(True, True, False, 0), (False, True, False, 1), (False, False, False, 0), (False, True, True, 0)],
)
def test_an_experiment_fails_where_a_statement_no_longer_holds(example, capsys, agrees, expected, quick, code):
    experiments = example("experiments")
    finding = experiments.Finding("more is better", "1 and 2", agrees, expected)
    assert experiments.conclude([finding], "picture.png", quick) == code
    assert capsys.readouterr().err == ("expected that this agrees: more is better\n" if code else "")


def test_steps_to_a_level_are_counted_up_to_the_first_below_it(example):
    losses = np.array([[3.0, 1.0, 2.0, 0.5], [3.0, 3.0, 3.0, 3.0]])
    assert example("momentum").steps_to(losses, 2.0).tolist() == [1, 4]


def test_the_loss_of_a_period_is_what_least_squares_leave(example):
    momentum = example("momentum")
    loss, _ = momentum.period_loss(0)
    periods = np.array([25.0, 28.1, 31.7])
    spots = momentum.sunspots.load_pandas().data["SUNACTIVITY"].to_numpy()
    spots = (spots - spots.mean()) / spots.std()
    angles = 2 * np.pi * (np.arange(len(spots)) / len(spots) - 0.5) * periods[:, None]
    waves = np.stack([np.cos(angles), np.sin(angles)], -1)
    left = [spots - wave @ np.linalg.lstsq(wave, spots, rcond=None)[0] for wave in waves]
    np.testing.assert_allclose(loss(dl.tensor(periods)).numpy(), np.mean(np.square(left), 1), rtol=1e-10)


def test_the_ravine_is_as_steep_as_second_differences_say_and_lowest_where_it_says(example):
    regression = example("ravine").Regression(("bp", "s5"))
    at = regression.loss
    lowest = at(dl.tensor(regression.lowest)).item()
    hessian = np.zeros((2, 2))
    for i, a in enumerate(np.eye(2)):
        assert at(dl.tensor(regression.lowest + 0.1 * a)).item() > lowest
        assert at(dl.tensor(regression.lowest - 0.1 * a)).item() > lowest
        for j, b in enumerate(np.eye(2)):
            corners = [(a + b, 1), (a - b, -1), (b - a, -1), (-a - b, 1)]
            hessian[i, j] = sum(sign * at(dl.tensor(regression.lowest + c)).item() for c, sign in corners) / 4
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian), regression.curvatures, rtol=1e-6)


@pytest.mark.parametrize("depth", [1, 2, 3, 5, 7])
@pytest.mark.parametrize(("inputs", "parameters"), [(784, 100_000), (132, 30_000)])
def test_networks_of_all_depths_have_about_as_many_parameters(example, depth, inputs, parameters):
    network = example("depth_and_width").network_of(depth, inputs, 10, parameters)
    assert example("experiments").parameters_of(network) == pytest.approx(parameters, rel=0.02)
    assert sum(isinstance(layer, dl.nn.Linear) for layer in network) == depth + 1


def test_weeks_that_are_chosen_begin_and_end_the_year(example):
    time, ppm, chosen = example("overfitting").year_of_weeks(10, seed=3)
    assert len(ppm) == 52
    assert chosen.sum() == 10
    assert chosen[0]
    assert chosen[-1]
    assert (np.diff(time) > 0).all()
