"""Learning rates that fall when training gets no better."""

import math
import re

import dlcore as dl
import pytest
from dlcore.optim import lr_scheduler
from schedules import optimizer


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


def test_the_state_of_a_plateau():
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer([1.0]), patience=2)
    for loss in (1.0, 2.0, 2.0):
        scheduler.step(loss)
    resumed = lr_scheduler.ReduceLROnPlateau(optimizer([1.0]))
    resumed.load_state_dict(scheduler.state_dict())
    resumed.step(2.0)
    assert resumed.get_last_lr() == [0.1]
