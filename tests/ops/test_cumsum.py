"""Running sums."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import boolean, integers


@pytest.mark.parametrize("dim", [0, 1, 2, -1])
def test_dimensions(dim):
    check_op(dlcore.cumsum, reference.cumsum, (3, 5, 7), dim=dim)


@pytest.mark.parametrize("n", SIZES)
def test_sizes(n):
    for shape in ((n, 3), (3, n), (2, n, 5)):
        for dim in range(len(shape)):
            check_op(dlcore.cumsum, reference.cumsum, shape, dim=dim)


@pytest.mark.parametrize(("shape", "dim"), [((9, 700), 1), ((70, 1100), 0), ((3, 70, 40), 1), ((70_000,), 0)])
def test_more_than_one_block(shape, dim):
    check_op(dlcore.cumsum, reference.cumsum, shape, dim=dim, order2=False)


@pytest.mark.parametrize(("shape", "dim"), [((300_000,), 0), ((40, 10_000), 1), ((3, 100_000), 1), ((100, 3000), 0)])
def test_threads(shape, dim):
    check_threads(dlcore.cumsum, shape, dim=dim)


def test_integers_and_bool():
    for dtype in (np.int64, np.int32, np.uint8):
        for dim in (0, 1):
            check_op(dlcore.cumsum, reference.cumsum, integers((3, 70), 200, dtype=dtype), dim=dim, grad=False)
    check_op(dlcore.cumsum, reference.cumsum, boolean((3, 70)), dim=1, grad=False)
    check_op(dlcore.cumsum, reference.cumsum, integers((100_000,), 9), dim=0, grad=False)


def test_dtype():
    x = dlcore.tensor([1.5, 2.5], requires_grad=True)
    assert x.cumsum(0, dtype=dlcore.int32).tolist() == [1, 3]
    assert x.cumsum(0, dtype=dlcore.int32).dtype == dlcore.int32
    y = x.cumsum(0, dtype=dlcore.float64)
    assert y.dtype == dlcore.float64
    y.sum().backward()
    assert x.grad.dtype == dlcore.float32
    assert x.grad.tolist() == [2, 1]


def test_error_of_a_long_float32_sum():
    x = np.random.default_rng(0).random(1_000_000, dtype=np.float32)
    exact = np.cumsum(x, dtype=np.float64)
    assert (np.abs(dlcore.cumsum(dlcore.from_numpy(x), 0).numpy() - exact) / exact).max() < 1e-6


def test_scalar():
    check_op(dlcore.cumsum, reference.cumsum, (), dim=0)
    check_op(dlcore.cumsum, reference.cumsum, (), dim=-1)


def test_errors():
    check_error(IndexError, "cumsum: axis 3 is out of range for shape (2, 5)", lambda: dlcore.zeros(2, 5).cumsum(3))
