"""Sums over 16 MB, softmax and cross-entropy."""

import numpy as np

from .case import Case, Input

ROWS, COLUMNS = 4096, 1024
SIZE = 4.0 * ROWS * COLUMNS


def _labels(generator, shape):
    return generator.integers(0, COLUMNS, shape, dtype=np.int64)


def _reduction(name: str, call, jax, sizes: tuple[float, float], more: tuple[Input, ...] = (), **flags) -> Case:
    forward, both = sizes
    inputs = (Input((ROWS, COLUMNS)), *more)
    return Case(f"reduction/{name}", inputs, call, jax, bytes=forward * SIZE, both_bytes=both * SIZE, **flags)


def _jax_cross_entropy(jax):
    def loss(x, t):
        rows = jax.numpy.arange(ROWS)
        return -jax.nn.log_softmax(x)[rows, t].mean()

    return loss


CASES = [
    _reduction(
        "softmax",
        lambda lib: lambda x: lib.nn.functional.softmax(x, dim=-1),
        lambda jax: jax.nn.softmax,
        (2, 5),
        quick=True,
    ),
    _reduction(
        "log_softmax",
        lambda lib: lambda x: lib.nn.functional.log_softmax(x, dim=-1),
        lambda jax: jax.nn.log_softmax,
        (2, 5),
    ),
    _reduction(
        "softmax_columns",
        lambda lib: lambda x: lib.nn.functional.softmax(x, dim=0),
        lambda jax: lambda x: jax.nn.softmax(x, axis=0),
        (2, 5),
    ),
    _reduction(
        "cross_entropy",
        lambda lib: lib.nn.functional.cross_entropy,
        _jax_cross_entropy,
        (1, 3),
        (Input((ROWS,), grad=False, fill=_labels),),
    ),
    _reduction("sum", lambda lib: lib.sum, lambda jax: jax.numpy.sum, (1, 2)),
    _reduction("sum_rows", lambda lib: lambda x: lib.sum(x, 1), lambda jax: lambda x: x.sum(1), (1, 2)),
    _reduction("sum_columns", lambda lib: lambda x: lib.sum(x, 0), lambda jax: lambda x: x.sum(0), (1, 2)),
]
