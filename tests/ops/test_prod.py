"""Products along dimensions."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import boolean, exactly, integers, uniform


@pytest.mark.parametrize("dim", [None, 0, 1, 2, -1])
@pytest.mark.parametrize("keepdim", [False, True])
def test_dimensions(dim, keepdim):
    check_op(dlcore.prod, reference.prod, uniform((3, 5, 4), 0.7, 1.4), dim=dim, keepdim=keepdim)


@pytest.mark.parametrize("n", SIZES)
def test_sizes(n):
    for shape, dim in (((n, 3), 0), ((3, n), 1), ((n, 3), 1)):
        check_op(dlcore.prod, reference.prod, uniform(shape, 0.7, 1.4), dim=dim)


@pytest.mark.parametrize("zeros", [1, 2, 3])
def test_gradient_with_zeros(zeros):
    x = np.random.default_rng(0).uniform(0.5, 1.5, (4, 7))
    for row in range(3):
        x[row, row : row + zeros] = 0
    for dim in (None, 0, 1):
        check_op(dlcore.prod, reference.prod, exactly(x), dim=dim)


def test_scalar_and_empty():
    check_op(dlcore.prod, reference.prod, ())
    assert dlcore.prod(dlcore.zeros(0, 3)).item() == 1
    assert dlcore.prod(dlcore.zeros(0, 3), 0).tolist() == [1, 1, 1]
    assert dlcore.prod(dlcore.zeros(0, 3), 1).shape == (0,)


@pytest.mark.parametrize(("shape", "dim"), [((200_000,), 0), ((100_000, 3), 0), ((3, 100_000), 1)])
def test_threads(shape, dim):
    check_threads(dlcore.prod, uniform(shape, 0.99999, 1.00001), dim=dim)


def test_integers_and_bool():
    for dtype in (np.int64, np.int32, np.uint8):
        check_op(dlcore.prod, reference.prod, integers((3, 5), 4, 1, dtype), dim=1, grad=False)
    check_op(dlcore.prod, reference.prod, boolean((3, 5)), dim=0, grad=False)


def test_dtype():
    x = dlcore.tensor([1.5, 2.5], requires_grad=True)
    assert x.prod(dtype=dlcore.int64).item() == 2
    y = x.prod(dtype=dlcore.float64)
    assert y.dtype == dlcore.float64
    y.backward()
    assert x.grad.dtype == dlcore.float32
    assert x.grad.tolist() == [2.5, 1.5]


def test_errors():
    check_error(IndexError, "prod: axis 3 is out of range for shape (2, 5)", lambda: dlcore.zeros(2, 5).prod(3))
