"""Describe the arrays an operation is checked on: what they hold, and along which directions they may be moved."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Sample:
    """An array to be drawn.

    draw: from a generator to the array; floating values are given as float64.
    differentiable: whether gradients with respect to it are checked.
    symmetric: whether it is a (batch of) symmetric matrices and is moved along symmetric directions only.
    repeatable: whether the array may be replaced by copies of its first row, as an expanded tensor has them.
    """

    draw: Callable[[np.random.Generator], np.ndarray]
    differentiable: bool = True
    symmetric: bool = False
    repeatable: bool = True

    def direction(self, rng, shape):
        """Return a random direction, every element +-(0.5 ... 1.5), so that none is lost in a projection."""
        d = rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape)
        return (d + np.swapaxes(d, -1, -2)) / 2 if self.symmetric else d


def normal(shape, scale=1.0, shift=0.0):
    """Draw from the normal distribution."""
    return Sample(lambda rng: shift + scale * rng.standard_normal(shape))


def uniform(shape, low, high):
    """Draw evenly from low ... high."""
    return Sample(lambda rng: rng.uniform(low, high, shape))


def positive(shape):
    """Draw evenly from 0.5 ... 2: far from the poles of log and division."""
    return uniform(shape, 0.5, 2.0)


def probabilities(shape, dim=-1):
    """Draw positive numbers that sum to 1 along dim."""

    def draw(rng):
        p = rng.uniform(0.2, 1.0, shape)
        return p / p.sum(dim, keepdims=True)

    return Sample(draw)


def distinct(shape):
    """Draw numbers of both signs whose magnitudes are 0.1 apart and at least 0.05: no ties, no kinks."""

    def draw(rng):
        n = math.prod(shape)
        return (rng.choice([-1.0, 1.0], n) * (0.1 * rng.permutation(n) + 0.05)).reshape(shape)

    return Sample(draw, repeatable=False)


def integers(shape, high, low=0, dtype=np.int64):
    """Draw integers of low ... high - 1."""
    return Sample(lambda rng: rng.integers(low, high, shape).astype(dtype), differentiable=False)


def boolean(shape):
    """Draw true and false, equally likely."""
    return Sample(lambda rng: rng.random(shape) < 0.5, differentiable=False)


def regular(n, batch=()):
    """Draw n x n matrices that are far from singular."""
    return Sample(lambda rng: rng.uniform(-0.5, 0.5, (*batch, n, n)) + n * np.eye(n), repeatable=False)


def symmetric(n, batch=()):
    """Draw symmetric n x n matrices with eigenvalues about 1 apart."""

    def draw(rng):
        a = rng.uniform(-0.3, 0.3, (*batch, n, n))
        return (a + np.swapaxes(a, -1, -2)) / 2 + np.diag(np.arange(n) - n // 2)

    return Sample(draw, symmetric=True, repeatable=False)


def spd(n, batch=()):
    """Draw symmetric positive definite n x n matrices."""

    def draw(rng):
        a = rng.uniform(-1, 1, (*batch, n, n))
        return a @ np.swapaxes(a, -1, -2) + n * np.eye(n)

    return Sample(draw, symmetric=True, repeatable=False)


def exactly(array):
    """Take the array as it is."""
    return Sample(lambda rng: np.array(array), repeatable=False)


def constant(sample):
    """Take another sample, given as itself or as a shape, without checking gradients with respect to it."""
    return replace(as_sample(sample), differentiable=False)


def as_sample(value):
    """Return what describes an array: a Sample, an array, or a shape, which stands for normal(shape)."""
    if isinstance(value, Sample):
        return value
    return exactly(value) if isinstance(value, np.ndarray) else normal(value)
