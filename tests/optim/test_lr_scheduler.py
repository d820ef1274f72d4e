"""Learning rates against their formulas."""

import math
import re
import sys

import dlcore as dl
import numpy as np
import pytest
from dlcore.optim import lr_scheduler
from dlcore.train import load_checkpoint, save_checkpoint
from schedules import BASE, SCHEDULERS, Halving, optimizer, restarting_cosine

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
