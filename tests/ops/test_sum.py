import itertools

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import boolean, constant, integers

DIMS = (None, 0, 1, 2, (0, 1), (1, 2), (0, 2), (0, 1, 2), -1)


@pytest.mark.parametrize("op", ["sum", "mean"])
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("keepdim", [False, True])
def test_dimensions(op, dim, keepdim):
    check_op(getattr(dlcore, op), getattr(reference, op), (3, 5, 7), dim=dim, keepdim=keepdim)


@pytest.mark.parametrize("n", SIZES)
def test_sizes(n):
    for shape, dim in (((n, 3), 0), ((3, n), 1), ((n, 3), 1)):
        check_op(dlcore.sum, reference.sum, shape, dim=dim)
        if shape[dim] > 0:  # else NaN, of which NumPy warns; see test_mean_of_nothing
            check_op(dlcore.mean, reference.mean, shape, dim=dim)


@pytest.mark.parametrize("shape", [(300, 5), (2, 300, 40), (40, 3, 300), (2500,), (3, 2500), (700, 3), (9, 40, 600)])
def test_more_than_one_block(shape):
    for n in range(1, len(shape) + 1):
        for dim in itertools.combinations(range(len(shape)), n):
            check_op(dlcore.sum, reference.sum, shape, dim=dim, order2=False)


@pytest.mark.parametrize(
    ("shape", "dim"), [((300_000,), 0), ((100_000, 3), 0), ((3, 100_000), 1), ((2, 400, 300), (0, 2))]
)
def test_threads(shape, dim):
    check_threads(dlcore.sum, shape, dim=dim)
    check_threads(dlcore.mean, shape, dim=dim)


def test_scalar():
    check_op(dlcore.sum, reference.sum, ())
    check_op(dlcore.mean, reference.mean, ())
    assert dlcore.mean(dlcore.ones(), 0, keepdim=True).shape == ()


def test_empty():
    assert dlcore.sum(dlcore.zeros(0, 3)).item() == 0
    assert dlcore.sum(dlcore.zeros(0, 3), 0).shape == (3,)
    assert dlcore.sum(dlcore.zeros(0, 3), 1).shape == (0,)
    assert dlcore.sum(dlcore.zeros(2, 0, 3), 2).shape == (2, 0)


def test_mean_of_nothing():
    assert np.isnan(dlcore.mean(dlcore.zeros(0, 3), 0).numpy()).tolist() == [True] * 3
    assert np.isnan(dlcore.zeros(0).mean().item())


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8])
def test_integers(dtype):
    sample = integers((3, 70, 5), 200, dtype=dtype)
    for dim in (None, 0, 1, (0, 2)):
        check_op(dlcore.sum, reference.sum, sample, dim=dim, grad=False)


def test_bool():
    check_op(dlcore.sum, reference.sum, boolean((70, 5)), dim=0, grad=False)


def test_dtype():
    x = dlcore.tensor([[1.5, 2.5], [3.5, 0.25]], requires_grad=True)
    assert x.sum(dtype=dlcore.int64).tolist() == 6
    assert x.sum(0, dtype=dlcore.bool).tolist() == [True, True]
    y = x.mean(1, dtype=dlcore.float64)
    assert y.dtype == dlcore.float64
    assert y.tolist() == [2.0, 1.875]
    y.sum().backward()
    assert x.grad.dtype == dlcore.float32
    assert x.grad.tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert dlcore.mean(dlcore.tensor([1, 2]), dtype=dlcore.float32).item() == 1.5


@pytest.mark.parametrize("shape", [(10_000_000,), (1_000_000, 8)])
def test_error_of_a_long_float32_sum(shape):
    for x in (np.random.default_rng(0).random(shape, dtype=np.float32), np.full(shape, np.float32(0.1))):
        exact = x.sum(0, dtype=np.float64)
        error = np.abs(dlcore.sum(dlcore.from_numpy(x), 0).numpy() - exact) / exact
        assert error.max() < 1e-6


def test_gradient_undoes_a_broadcast():
    for other in [(64,), (1, 64), (32, 1), (1, 1), (), (32, 64)]:
        check_op(dlcore.add, reference.add, constant((32, 64)), other)


def test_errors():
    x = dlcore.zeros(2, 5)
    check_error(IndexError, "sum: axis 3 is out of range for shape (2, 5)", lambda: x.sum(3))
    check_error(IndexError, "mean: axis -3 is out of range for shape (2, 5)", lambda: x.mean(-3))
    check_error(ValueError, "sum: axis -2 appears twice in (0, -2)", lambda: x.sum((0, -2)))
    check_error(
        TypeError,
        "mean: expected a floating dtype, got int64; pass dtype= to convert",
        lambda: dlcore.mean(dlcore.tensor([1, 2])),
    )
