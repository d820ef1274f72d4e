"""Schedulers that cannot be made."""

import re

import dlcore as dl
import pytest
from dlcore.optim import lr_scheduler
from schedules import optimizer


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
