"""Schedulers, each with the formula of its rates."""

import math

import dlcore as dl
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
