"""Learning rates against their formulas."""

import math
import re

import dlcore as dl
import numpy as np
import pytest
from dlcore.optim import lr_scheduler

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
        assert scheduler.last_epoch == t
        scheduler.step()
    assert [group["initial_lr"] for group in opt.param_groups] == BASE


@ALL
@pytest.mark.parametrize("before", [0, 1, 4, 9])
def test_a_state_goes_on_with_the_same_bits(name, before):
    make, _ = SCHEDULERS[name]
    opt, other = optimizer(), optimizer([1.0, 1.0])
    scheduler, resumed = make(opt), make(other)
    for _ in range(before):
        scheduler.step()
    other.load_state_dict(opt.state_dict())
    resumed.load_state_dict(scheduler.state_dict())
    assert resumed.get_last_lr() == scheduler.get_last_lr()
    for _ in range(6):
        scheduler.step()
        resumed.step()
        assert [g["lr"] for g in other.param_groups] == [g["lr"] for g in opt.param_groups]


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
        (lambda: lr_scheduler.StepLR(optimizer(), 0), ValueError, "StepLR: step_size expected a number >= 1, got 0"),
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
            lambda: lr_scheduler.LRScheduler(optimizer()),
            NotImplementedError,
            "LRScheduler: get_lr is not defined",
        ),
    ],
)
def test_what_cannot_be(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()
