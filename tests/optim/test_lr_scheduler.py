"""Learning rates against their formulas."""

import math
import re
import sys

import dlcore as dl
import numpy as np
import pytest
from dlcore.optim import lr_scheduler
from dlcore.train import load_checkpoint, save_checkpoint

BASE = [0.5, 0.02]


def optimizer(lrs=BASE):
    return dl.optim.SGD([{"params": [dl.zeros(1)], "lr": lr} for lr in lrs])


class Halving:
    """A function with a state."""

    def __init__(self, every=2):
        self.every = every

    def __call__(self, step):
        return 0.5 ** (step // self.every)


def cosine(t, t_max, lowest, base):
    return lowest + (base - lowest) * (1 + math.cos(math.pi * t / t_max)) / 2


def restarting_cosine(t, first, factor, lowest, base):
    while t >= first:
        t, first = t - first, first * factor
    return cosine(t, first, lowest, base)


def one_cycle(t, total, part, div, final, base):
    """Two halves of a cosine: up to the base, which is the highest here, and down."""
    top = part * total - 1
    low = base / div
    return cosine(t, top, base, low) if t <= top else cosine(t - top, total - 1 - top, low / final, base)


SCHEDULERS = {
    "lambda": (lambda o: lr_scheduler.LambdaLR(o, lambda t: 1 / (1 + t)), lambda t, base: base / (1 + t)),
    "lambdas": (
        lambda o: lr_scheduler.LambdaLR(o, [lambda t: 0.9**t, Halving()]),
        lambda t, base: base * (0.9**t if base == BASE[0] else 0.5 ** (t // 2)),
    ),
    "step": (lambda o: lr_scheduler.StepLR(o, 3, gamma=0.2), lambda t, base: base * 0.2 ** (t // 3)),
    "linear": (
        lambda o: lr_scheduler.LinearLR(o, 0.25, 0.75, total_iters=6),
        lambda t, base: base * (0.25 + 0.5 * min(t, 6) / 6),
    ),
    "linear by default": (lr_scheduler.LinearLR, lambda t, base: base * (1 / 3 + 2 / 3 * min(t, 5) / 5)),
    "cosine": (
        lambda o: lr_scheduler.CosineAnnealingLR(o, 5, eta_min=0.01),
        lambda t, base: cosine(t, 5, 0.01, base),
    ),
    "multi-step": (
        lambda o: lr_scheduler.MultiStepLR(o, [2, 5, 5, 9], gamma=0.5),
        lambda t, base: base * 0.5 ** sum(t >= at for at in (2, 5, 5, 9)),
    ),
    "exponential": (lambda o: lr_scheduler.ExponentialLR(o, 0.7), lambda t, base: base * 0.7**t),
    "constant": (lambda o: lr_scheduler.ConstantLR(o, 0.4, 6), lambda t, base: base * (0.4 if t < 6 else 1)),
    "polynomial": (
        lambda o: lr_scheduler.PolynomialLR(o, 9, power=1.5),
        lambda t, base: base * (1 - min(t, 9) / 9) ** 1.5,
    ),
    "restarts": (
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 3, eta_min=0.01),
        lambda t, base: restarting_cosine(t, 3, 1, 0.01, base),
    ),
    "longer restarts": (
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 2, 2),
        lambda t, base: restarting_cosine(t, 2, 2, 0, base),
    ),
    "inverse square root": (
        lambda o: lr_scheduler.InverseSquareRootLR(o, 5),
        lambda t, base: base * 5**0.5 * min((t + 1) ** -0.5, (t + 1) * 5**-1.5),  # the paper's equation 3
    ),
    "one cycle": (
        lambda o: lr_scheduler.OneCycleLR(
            o, BASE, 20, pct_start=0.4, div_factor=5, final_div_factor=10, cycle_momentum=False
        ),
        lambda t, base: one_cycle(t, 20, 0.4, 5, 10, base),
    ),
    "sequence": (
        lambda o: lr_scheduler.SequentialLR(
            o,
            [
                lr_scheduler.LinearLR(o, 0.25, total_iters=4),
                lr_scheduler.ExponentialLR(o, 0.5),
                lr_scheduler.StepLR(o, 2),
            ],
            [4, 8],
        ),
        lambda t, base: base * (0.25 + 0.75 * t / 4 if t < 4 else 0.5 ** (t - 4) if t < 8 else 0.1 ** ((t - 8) // 2)),
    ),
    "chain": (
        lambda o: lr_scheduler.ChainedScheduler(
            [lr_scheduler.ConstantLR(o, 0.5, 3), lr_scheduler.MultiStepLR(o, [2]), lr_scheduler.ExponentialLR(o, 0.9)]
        ),
        lambda t, base: base * (0.5 if t < 3 else 1) * (1 if t < 2 else 0.1) * 0.9**t,
    ),
    "a chain in a sequence": (
        lambda o: lr_scheduler.SequentialLR(
            o,
            [
                lr_scheduler.ConstantLR(o, 0.5, 9),
                lr_scheduler.ChainedScheduler([lr_scheduler.LinearLR(o, 0.5), lr_scheduler.ExponentialLR(o, 0.5)]),
            ],
            [3],
        ),
        lambda t, base: base * (0.5 if t < 3 else (0.5 + 0.5 * min(t - 3, 5) / 5) * 0.5 ** (t - 3)),
    ),
    "a sequence in a sequence": (
        lambda o: lr_scheduler.SequentialLR(
            o,
            [
                lr_scheduler.SequentialLR(
                    o, [lr_scheduler.LinearLR(o, 0.5, total_iters=2), lr_scheduler.ExponentialLR(o, 0.5)], [2]
                ),
                lr_scheduler.SequentialLR(o, [lr_scheduler.ConstantLR(o, 0.25), lr_scheduler.StepLR(o, 2)], [3]),
            ],
            [5],
        ),
        lambda t, base: (
            base * (0.5 + 0.25 * t if t < 2 else 0.5 ** (t - 2) if t < 5 else 0.25 if t < 8 else 0.1 ** ((t - 8) // 2))
        ),
    ),
    "a sequence that leaves parts out": (
        lambda o: lr_scheduler.SequentialLR(
            o,
            [
                lr_scheduler.ConstantLR(o, 0.25),
                lr_scheduler.ExponentialLR(o, 0.5),
                lr_scheduler.ConstantLR(o, 0.75),
                lr_scheduler.ExponentialLR(o, 0.9),
            ],
            [0, 3, 3],
        ),
        lambda t, base: base * (0.5**t if t < 3 else 0.9 ** (t - 3)),
    ),
    "cosine of one step": (lambda o: lr_scheduler.CosineAnnealingLR(o, 1), lambda t, base: cosine(t, 1, 0, base)),
}
ALL = pytest.mark.parametrize("name", SCHEDULERS)


@ALL
def test_rates(name):
    make, formula = SCHEDULERS[name]
    opt = optimizer()
    scheduler = make(opt)
    for t in range(14):
        expected = [formula(t, base) for base in BASE]
        np.testing.assert_allclose([group["lr"] for group in opt.param_groups], expected, rtol=1e-12, atol=1e-17)
        assert scheduler.get_last_lr() == [group["lr"] for group in opt.param_groups]
        if name != "chain":
            assert scheduler.last_epoch == t
        scheduler.step()
    firsts = [0.1, 0.004] if name == "one cycle" else BASE
    assert [group["initial_lr"] for group in opt.param_groups] == firsts


@ALL
@pytest.mark.parametrize("before", [0, 1, 4, 9])
def test_a_state_goes_on_with_the_same_bits(name, before, tmp_path):
    make, _ = SCHEDULERS[name]
    opt, other = optimizer(), optimizer([1.0, 1.0])
    scheduler, resumed = make(opt), make(other)
    for _ in range(before):
        scheduler.step()
    state = {"optimizer": opt.state_dict(), "scheduler": scheduler.state_dict()}
    save_checkpoint(state, tmp_path / "state.safetensors")
    state = load_checkpoint(tmp_path / "state.safetensors")
    other.load_state_dict(state["optimizer"])
    resumed.load_state_dict(state["scheduler"])
    assert resumed.get_last_lr() == scheduler.get_last_lr()
    for _ in range(6):
        scheduler.step()
        resumed.step()
        assert [g["lr"] for g in other.param_groups] == [g["lr"] for g in opt.param_groups]


@ALL
def test_a_picture_changes_nothing(name):
    make, _ = SCHEDULERS[name]
    pair = []
    for draws in (True, False):
        opt = optimizer()
        scheduler = make(opt)
        for _ in range(3):
            scheduler.step()
        if draws:
            axes = lr_scheduler.plot_schedule(scheduler, 5)
        rates = []
        for _ in range(5):
            rates.append(scheduler.get_last_lr())
            scheduler.step()
        pair.append((rates, opt.param_groups[0].keys()))
    assert pair[0] == pair[1]
    drawn = [line.get_ydata() for line in axes.lines]
    np.testing.assert_array_equal(np.transpose(drawn), pair[0][0])


def test_a_picture_of_what_a_function_makes():
    axes = lr_scheduler.plot_schedule(lambda o: lr_scheduler.OneCycleLR(o, 2.0, 50), 50)
    (line,) = axes.lines
    assert max(line.get_ydata()) == 2.0
    assert [a.get_ylabel() for a in axes.figure.axes] == ["learning rate", "momentum"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["learning rate", "momentum"]
    mine = axes.figure.add_subplot()
    assert lr_scheduler.plot_schedule(lr_scheduler.StepLR(optimizer(), 2), 1, ax=mine) is mine


def test_a_picture_of_a_plateau():
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer([1.0]), factor=0.5, patience=1)
    axes = lr_scheduler.plot_schedule(scheduler, 5, metrics=[1, 1, 1, 1, 1])
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [1, 1, 1, 0.5, 0.5])
    assert (scheduler.best, scheduler.last_epoch, scheduler.get_last_lr()) == (math.inf, 0, [1.0])
    with pytest.raises(ValueError, match="plot_schedule: metrics expected 5 numbers for ReduceLROnPlateau, got none"):
        lr_scheduler.plot_schedule(scheduler, 5)
    with pytest.raises(ValueError, match="plot_schedule: steps expected an integer >= 1, got 0"):
        lr_scheduler.plot_schedule(scheduler, 0)


def test_a_picture_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(
        ImportError, match=re.escape("plot_schedule: expected the package matplotlib; pip install 'dlcore[analysis]'")
    ):
        lr_scheduler.plot_schedule(lr_scheduler.StepLR(optimizer(), 2), 5)


def test_momentum_goes_the_other_way():
    for opt, momentum in (
        (dl.optim.SGD([dl.zeros(1)], momentum=0.5), lambda g: g["momentum"]),
        (dl.optim.Adam([dl.zeros(1)]), lambda g: g["betas"][0]),
    ):
        scheduler = lr_scheduler.OneCycleLR(opt, 1.0, 10, pct_start=0.5, anneal_strategy="linear")
        momenta = []
        for _ in range(10):
            momenta.append(momentum(opt.param_groups[0]))
            scheduler.step()
        expected = np.interp(range(10), [0, 4, 9], [0.95, 0.85, 0.95])
        np.testing.assert_allclose(momenta, expected, rtol=1e-12)
    assert opt.param_groups[0]["betas"][1] == 0.999
    with pytest.raises(ValueError, match="OneCycleLR: expected at most 10 steps, got step 11"):
        scheduler.step()


def test_three_phases():
    opt = optimizer([1.0])
    scheduler = lr_scheduler.OneCycleLR(
        opt, 1.0, epochs=2, steps_per_epoch=10, anneal_strategy="linear", three_phase=True, cycle_momentum=False
    )
    rates = []
    for _ in range(20):
        rates += scheduler.get_last_lr()
        scheduler.step()
    np.testing.assert_allclose(rates, np.interp(range(20), [0, 5, 10, 19], [0.04, 1, 0.04, 0.04e-4]), rtol=1e-9)


def test_restarts_by_parts_of_an_epoch():
    scheduler = lr_scheduler.CosineAnnealingWarmRestarts(optimizer([1.0]), 2, 3)
    for epoch in (0.5, 1.75, 2.0, 7.5, 8.25, 3):
        scheduler.step(epoch)
        np.testing.assert_allclose(scheduler.get_last_lr(), [restarting_cosine(epoch, 2, 3, 0, 1.0)], rtol=1e-12)
        assert scheduler.last_epoch == int(epoch)
    with pytest.raises(ValueError, match="CosineAnnealingWarmRestarts: epoch expected a number >= 0, got -1"):
        scheduler.step(-1)


def plateau(losses, **options):
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer([1.0]), factor=0.5, **options)
    rates = []
    for loss in losses:
        scheduler.step(loss)
        rates += scheduler.get_last_lr()
    return rates


def test_plateau():
    assert plateau([3, 2, 2, 2, 2, 2, 2], patience=1) == [1, 1, 1, 0.5, 0.5, 0.25, 0.25]
    assert plateau([3, 2, 2, 2, 2, 2, 2], patience=1, cooldown=2) == [1, 1, 1, 0.5, 0.5, 0.5, 0.5]
    assert plateau([1, 2, 3, 3, 3], patience=0, mode="max") == [1, 1, 1, 0.5, 0.25]
    assert plateau([4, 3.5, 3.0, 2.9], patience=0, threshold=0.2) == [1, 0.5, 0.5, 0.25]
    assert plateau([4, 3.5, 3.0, 2.9], patience=0, threshold=0.2, threshold_mode="abs") == [1, 1, 1, 0.5]
    assert plateau([1, 1, 1, 1], patience=0, min_lr=0.3) == [1, 0.5, 0.3, 0.3]
    assert plateau([math.nan, 1, math.nan], patience=0) == [0.5, 0.5, 0.25]
    assert plateau([1, 1, 1], patience=0, eps=0.3) == [1, 0.5, 0.5]
    assert plateau([math.inf] * 3, patience=0) == [0.5, 0.25, 0.125]  # a run that came apart is no better
    assert plateau([2, 2.1, 2.9, 3.6], patience=0, mode="max", threshold=0.2) == [1, 0.5, 0.5, 0.5]
    assert plateau([2, 2.1, 2.9, 3.0], patience=0, mode="max", threshold=0.2, threshold_mode="abs") == [
        *(1, 0.5),
        *(0.5, 0.25),
    ]
    assert plateau([1, 1, 1, 1, 1], patience=0, mode="max", cooldown=2) == [1, 0.5, 0.5, 0.5, 0.25]


def test_a_plateau_with_a_group_that_came_later():
    opt = optimizer([1.0])
    scheduler = lr_scheduler.ReduceLROnPlateau(opt, factor=0.5, patience=0, min_lr=0.4)
    listed = lr_scheduler.ReduceLROnPlateau(opt, factor=0.5, patience=0, min_lr=[0.4])
    opt.add_param_group({"params": dl.zeros(1), "lr": 2.0})
    scheduler.step(1.0)
    scheduler.step(1.0)
    assert scheduler.get_last_lr() == [0.5, 1.0]
    for _ in range(2):
        message = "ReduceLROnPlateau: min_lr expected 2 numbers, one per group, got [0.4]"
        with pytest.raises(ValueError, match=re.escape(message)):
            listed.step(1.0)
    assert [group["lr"] for group in opt.param_groups] == [0.5, 1.0]


def test_a_group_that_came_later_than_a_scheduler_of_first_rates():
    opt = optimizer([1.0])
    scheduler = lr_scheduler.LambdaLR(opt, lambda t: 0.5**t)
    opt.add_param_group({"params": dl.zeros(1), "lr": 2.0})
    with pytest.raises(ValueError, match="LambdaLR: expected the 1 groups there were at first, got 2"):
        scheduler.step()
    assert [group["lr"] for group in opt.param_groups] == [1.0, 2.0]


def test_a_rate_by_numpy_is_a_number_as_any():
    opt = optimizer([1.0])
    scheduler = lr_scheduler.LambdaLR(opt, lambda t: np.float32(0.5) ** t)
    scheduler.step()
    assert type(opt.param_groups[0]["lr"]) is float
    assert lr_scheduler.LambdaLR(opt, math.exp2).state_dict()["lr_lambdas"] == [None]
    lr_scheduler.OneCycleLR(optimizer([1.0]), 1.0, np.int64(10), cycle_momentum=False)


def test_the_state_of_a_plateau():
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer([1.0]), patience=2)
    for loss in (1.0, 2.0, 2.0):
        scheduler.step(loss)
    resumed = lr_scheduler.ReduceLROnPlateau(optimizer([1.0]))
    resumed.load_state_dict(scheduler.state_dict())
    resumed.step(2.0)
    assert resumed.get_last_lr() == [0.1]


def test_the_state_of_a_function_that_is_an_object():
    state = lr_scheduler.LambdaLR(optimizer(), [Halving(3), lambda t: 1.0]).state_dict()
    assert state["lr_lambdas"] == [{"every": 3}, None]
    own = Halving(1)
    lr_scheduler.LambdaLR(optimizer(), [own, lambda t: 1.0]).load_state_dict(state)
    assert own.every == 3


def test_two_on_one_optimizer_multiply():
    opt = optimizer([1.0])
    schedulers = [lr_scheduler.StepLR(opt, 2, gamma=0.5), lr_scheduler.LinearLR(opt, 0.25, total_iters=4)]
    for t in range(8):
        expected = 0.5 ** (t // 2) * (0.25 + 0.75 * min(t, 4) / 4)
        np.testing.assert_allclose(opt.param_groups[0]["lr"], expected, rtol=1e-14)
        for scheduler in schedulers:
            scheduler.step()


def test_last_epoch_resumes_an_optimizer_that_has_its_first_rates():
    opt = optimizer([1.0])
    with pytest.raises(KeyError, match="StepLR: with last_epoch 3, group 0 expected an 'initial_lr', got none"):
        lr_scheduler.StepLR(opt, 2, last_epoch=3)
    scheduler = lr_scheduler.StepLR(opt, 2, gamma=0.5)
    for _ in range(4):
        scheduler.step()
    resumed = lr_scheduler.StepLR(opt, 2, gamma=0.5, last_epoch=scheduler.last_epoch)
    assert resumed.base_lrs == [1.0]
    assert resumed.last_epoch == 5


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: lr_scheduler.StepLR("SGD", 1), TypeError, "StepLR: optimizer expected an Optimizer, got str"),
        (lambda: lr_scheduler.StepLR(optimizer(), 0), ValueError, "StepLR: step_size expected an integer >= 1, got 0"),
        (
            lambda: lr_scheduler.LambdaLR(optimizer(), [abs]),
            ValueError,
            "LambdaLR: lr_lambda expected 2 functions, one per group, got 1",
        ),
        (
            lambda: lr_scheduler.LinearLR(optimizer(), 0.0),
            ValueError,
            "LinearLR: start_factor expected a number in (0, 1], got 0.0",
        ),
        (
            lambda: lr_scheduler.LinearLR(optimizer(), end_factor=1.5),
            ValueError,
            "LinearLR: end_factor expected a number in [0, 1], got 1.5",
        ),
        (
            lambda: lr_scheduler.CosineAnnealingLR(optimizer(), 0),
            ValueError,
            "CosineAnnealingLR: T_max expected a number >= 1, got 0",
        ),
        (
            lambda: lr_scheduler.CosineAnnealingWarmRestarts(optimizer(), 2.5),
            ValueError,
            "CosineAnnealingWarmRestarts: T_0 expected an integer >= 1, got 2.5",
        ),
        (
            lambda: lr_scheduler.ConstantLR(optimizer(), 0),
            ValueError,
            "ConstantLR: factor expected a number in (0, 1], got 0",
        ),
        (
            lambda: lr_scheduler.PolynomialLR(optimizer(), 0),
            ValueError,
            "PolynomialLR: total_iters expected a number >= 1, got 0",
        ),
        (
            lambda: lr_scheduler.InverseSquareRootLR(optimizer(), 0),
            ValueError,
            "InverseSquareRootLR: warmup_steps expected a number >= 1, got 0",
        ),
        (
            lambda: lr_scheduler.OneCycleLR(optimizer(), 1.0),
            ValueError,
            "OneCycleLR: total_steps expected a number, or epochs and steps_per_epoch, got neither",
        ),
        (
            lambda: lr_scheduler.OneCycleLR(optimizer(), 1.0, epochs=0, steps_per_epoch=3),
            ValueError,
            "OneCycleLR: epochs expected an integer >= 1, got 0",
        ),
        (
            lambda: lr_scheduler.OneCycleLR(optimizer(), [1.0], 10),
            ValueError,
            "OneCycleLR: max_lr expected 2 numbers, one per group, got 1",
        ),
        (
            lambda: lr_scheduler.OneCycleLR(optimizer(), 1.0, 10, pct_start=2),
            ValueError,
            "OneCycleLR: pct_start expected a number in [0, 1], got 2",
        ),
        (
            lambda: lr_scheduler.OneCycleLR(optimizer(), 1.0, 10, anneal_strategy="sine"),
            ValueError,
            "OneCycleLR: anneal_strategy expected 'cos' or 'linear', got 'sine'",
        ),
        (
            lambda: lr_scheduler.OneCycleLR(dl.optim.Adagrad([dl.zeros(1)]), 1.0, 10),
            ValueError,
            "OneCycleLR: cycle_momentum expected an optimizer with momentum or betas, got Adagrad",
        ),
        (
            lambda: lr_scheduler.ReduceLROnPlateau("SGD"),
            TypeError,
            "ReduceLROnPlateau: optimizer expected an Optimizer, got str",
        ),
        (
            lambda: lr_scheduler.ReduceLROnPlateau(optimizer(), "lowest"),
            ValueError,
            "ReduceLROnPlateau: mode expected 'min' or 'max', got 'lowest'",
        ),
        (
            lambda: lr_scheduler.ReduceLROnPlateau(optimizer(), factor=1),
            ValueError,
            "ReduceLROnPlateau: factor expected a number in [0, 1), got 1",
        ),
        (
            lambda: lr_scheduler.ReduceLROnPlateau(optimizer(), min_lr=[0.0]),
            ValueError,
            "ReduceLROnPlateau: min_lr expected 2 numbers, one per group, got [0.0]",
        ),
        (
            lambda: lr_scheduler.ChainedScheduler([]),
            ValueError,
            "ChainedScheduler: schedulers expected at least one, got none",
        ),
        (
            lambda: lr_scheduler.ChainedScheduler([lr_scheduler.ReduceLROnPlateau(optimizer())]),
            TypeError,
            "ChainedScheduler: schedulers expected schedulers that need no metric, got ReduceLROnPlateau at 0",
        ),
        (
            lambda: lr_scheduler.ChainedScheduler([lr_scheduler.StepLR(optimizer(), 1) for _ in range(2)]),
            ValueError,
            "ChainedScheduler: schedulers expected one optimizer for all, got another at 1",
        ),
        (
            lambda: lr_scheduler.SequentialLR(o := optimizer(), [lr_scheduler.StepLR(o, 1)], [3]),
            ValueError,
            "SequentialLR: milestones expected 0 rising steps, one less than schedulers, got [3]",
        ),
        (
            lambda: lr_scheduler.ReduceLROnPlateau(optimizer(), patience=-1),
            ValueError,
            "ReduceLROnPlateau: patience expected a number >= 0, got -1",
        ),
        (
            lambda: lr_scheduler.OneCycleLR(optimizer(), [0.1, -1.0], 10, cycle_momentum=False),
            ValueError,
            "OneCycleLR: max_lr expected numbers >= 0, got [0.1, -1.0]",
        ),
        (
            lambda: lr_scheduler.OneCycleLR(optimizer(), 1.0, 10, cycle_momentum=False, div_factor=0),
            ValueError,
            "OneCycleLR: div_factor expected a number > 0, got 0",
        ),
        (
            lambda: lr_scheduler.LinearLR(optimizer(), total_iters=-1),
            ValueError,
            "LinearLR: total_iters expected a number >= 0, got -1",
        ),
        (
            lambda: lr_scheduler.StepLR(optimizer(), "2"),
            ValueError,
            "StepLR: step_size expected an integer >= 1, got '2'",
        ),
        (
            lambda: lr_scheduler.LRScheduler(optimizer()),
            NotImplementedError,
            "LRScheduler: get_lr is not defined",
        ),
    ],
)
def test_what_cannot_be(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()
