"""What the experiments count by: splits, spreads, verdicts, landscapes, sizes. Without training."""

import importlib
import sys
from pathlib import Path

import dlcore as dl
import numpy as np
import pytest
from scipy import stats

for package in ("matplotlib", "mlxtend", "scipy", "sklearn", "statsmodels", "tqdm"):
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


def test_the_standard_error_is_that_of_the_mean(example):
    experiments = example("experiments")
    values = np.array([1.0, 2.0, 4.0])
    error = np.sqrt(((values - values.mean()) ** 2).sum() / 2 / 3)
    assert experiments.standard_error(values) == pytest.approx(error)
    assert experiments.percent(np.array([0.1, 0.2])) == "15.0 ± 5.0 %"


@pytest.mark.parametrize("seeds", [2, 3, 5, 8])
def test_a_difference_is_clear_where_the_t_test_says_so(example, seeds):
    clearly = example("experiments").clearly
    noise = np.random.default_rng(seeds).standard_normal(seeds)
    verdicts = set()
    for shift in np.linspace(-20, 20, 401):
        expected = stats.ttest_1samp(noise + shift, 0.0, alternative="greater").pvalue < 0.025
        assert clearly(noise + shift) == expected
        verdicts.add(expected)
    assert verdicts == {True, False}


def test_differences_without_a_spread_are_clear_unless_they_are_zero(example):
    clearly = example("experiments").clearly
    assert clearly(np.full(3, 0.5))
    assert not clearly(np.zeros(3))
    assert not clearly(np.full(3, -0.5))


def test_each_run_of_a_seed_begins_with_the_same_random_numbers(example):
    experiments = example("experiments")
    found = experiments.repeat({"a": lambda seed: dl.rand(1).item(), "b": lambda seed: dl.rand(1).item()}, 3)
    np.testing.assert_array_equal(found["a"], found["b"])
    assert len(set(found["a"])) == 3


@pytest.mark.parametrize("agrees", [True, False])
@pytest.mark.parametrize("expected", [True, False])
@pytest.mark.parametrize("loose", ["", "a time"])
@pytest.mark.parametrize("quick", [True, False])
def test_an_experiment_fails_where_a_row_comes_out_otherwise_either_way(
    example, capsys, agrees, expected, loose, quick
):
    experiments = example("experiments")
    finding = experiments.Finding("more is better", "1 and 2", agrees, expected, loose)
    turned = agrees != expected and not quick
    assert experiments.conclude([finding], "picture.png", quick) == int(turned and not loose)
    out, err = capsys.readouterr()
    assert f"agrees: {'yes' if agrees else 'no'}{' (not held to: a time)' if loose else ''}\n" in out
    assert ("more is better" in err) == turned
    assert err.startswith("" if not turned else "note: " if loose else "error: ")


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


def test_starts_in_the_ravine_differ_from_seed_to_seed_and_so_do_the_steps_down(example):
    ravine = example("ravine")
    regression = ravine.Regression(("bp", "s5"))
    wrong = np.array([np.abs(regression.start(seed) - regression.lowest) / regression.scales for seed in range(8)])
    assert ((wrong >= 0.5) & (wrong <= 1.5)).all()
    assert len(np.unique(wrong)) == wrong.size
    steps = [ravine.descent(regression, "Adagrad", 10.0, 200)(seed)[0] for seed in range(8)]
    assert len(set(steps)) > 4  # two, if a start and its mirror image were all there is


@pytest.mark.parametrize(
    ("left", "first", "good"),
    [
        ([1.0, 0.5, 0.01, 0.001], 2, 2),
        ([1.0, 0.01, 0.5, 0.005], 1, 3),  # once down, up again
        ([1.0, 0.01, 0.5, 0.5], 1, 4),
        ([1.0, np.nan, np.inf, np.nan], 4, 4),
        ([0.01, 0.01, 0.01, 0.01], 0, 0),
    ],
)
def test_steps_down_are_counted_to_the_first_time_and_for_good(example, left, first, good):
    assert example("ravine").steps_down(np.array(left)) == (first, good)


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


def test_every_remedy_but_convolutions_keeps_the_network_as_deep_as_it_is_without(example):
    regularisation = example("regularisation")
    depths = {
        name: sum(isinstance(layer, dl.nn.Linear) for layer in build(784, 10, strength).modules())
        for name, build in regularisation.REMEDIES.items()
        for strength in regularisation.STRENGTHS.get(name, [None])
    }
    assert depths.pop("shared parameters") == 1
    assert set(depths.values()) == {3}


def test_dropout_leaves_out_inputs_and_units_of_hidden_layers_by_their_shares(example):
    regularisation = example("regularisation")
    layers = list(regularisation.with_dropout(10, 1, (0.2, 0.5)))
    assert [layer.p for layer in layers if isinstance(layer, dl.nn.Dropout)] == [0.2, 0.5, 0.5]
    assert isinstance(layers[0], dl.nn.Dropout)
    dl.manual_seed(0)
    dropped = regularisation.with_dropout(10, 1, (0.2, 0.5)).eval()
    dl.manual_seed(0)
    x = dl.ones(3, 10)
    np.testing.assert_array_equal(dropped(x).detach(), regularisation.alone(10, 1)(x).detach())


def test_a_strength_is_chosen_by_samples_that_its_network_has_not_learnt_from(example, monkeypatch):
    regularisation = example("regularisation")
    samples = dl.arange(50).unsqueeze(1), dl.zeros(50, 1)
    learnt, judged = [], []

    def learn(remedy, strength, data, part, epochs):
        learnt.append(part[0].flatten().tolist())
        return strength

    def loss_of(strength, data, part):
        judged.append(part[0].flatten().tolist())
        return abs(strength - 0.02)  # least for 0.01, the third of them

    monkeypatch.setattr(regularisation, "learn", learn)
    monkeypatch.setattr(regularisation, "loss_of", loss_of)
    place = regularisation.choose("weight decay", "patients", samples, 1, seed=0)
    tried = regularisation.STRENGTHS["weight decay"]
    assert tried[place] == min(tried, key=lambda strength: abs(strength - 0.02))
    assert learnt == [list(range(40))] * len(tried)
    assert judged == [list(range(40, 50))] * len(tried)


def test_warm_ups_rate_is_chosen_by_training_losses_and_not_by_those_held_out(example):
    warm_up = example("warm_up")
    losses = {
        ("after", rate, "warm-up"): np.array([[9.0] * 19 + [last, held_out]])
        for rate, last, held_out in zip(warm_up.RATES, (3.0, 1.0, 2.0, 4.0), (4.0, 3.0, 2.0, 1.0), strict=True)
    }
    assert warm_up.best_rate(losses, "after", "warm-up") == warm_up.RATES[1]


def test_the_landscape_has_ways_of_all_optimizers_and_of_momentum_and_nesterovs(example):
    landscape = example("landscape")
    makers = landscape.optimizers()
    classes = {type(make([dl.zeros(1, requires_grad=True)], lr=0.1)).__name__ for make in makers.values()}
    assert {"SGD", "Adagrad", "RMSprop", "Adam", "AdamW", "RAdam", "Adadelta", "Lion", "LBFGS"} <= classes
    momentum, nesterov = (makers[name]([dl.zeros(1, requires_grad=True)], lr=0.1) for name in ("Momentum", "Nesterov"))
    assert momentum.defaults["momentum"] == nesterov.defaults["momentum"] > 0
    assert nesterov.defaults["nesterov"]
    assert not momentum.defaults["nesterov"]
