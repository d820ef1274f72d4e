"""Whether any or all elements are true."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import boolean, exactly, integers

OPS = ("any", "all")


def both(name):
    return getattr(dlcore, name), getattr(reference, name)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("dim", [None, (), 0, -1, (0, 1), (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("keepdim", [False, True])
def test_dimensions(name, dim, keepdim):
    check_op(*both(name), boolean((2, 3, 2)), dim=dim, keepdim=keepdim, grad=False)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("n", SIZES)
def test_sizes(name, n):
    for few in (False, True):
        x = np.full((3, n), not few)
        x[1, n // 2 :] = few
        for y in (x, x.T.copy()):
            for dim in (None, 0, 1):
                check_op(*both(name), exactly(y), dim=dim, grad=False)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8])
def test_integers(name, dtype):
    for dim in (None, 0, 1):
        check_op(*both(name), integers((3, 4), 2, dtype=dtype), dim=dim, grad=False)
    check_op(*both(name), exactly(np.array([[256, 512], [0, 1 << 20]], np.int32)), dim=1, grad=False)


@pytest.mark.parametrize("name", OPS)
def test_floats(name):
    x = np.array([[0.0, -0.0, 0.0], [np.nan, np.inf, 1e-30], [0.0, 0.5, 0.0]])
    for dim in (None, (), 0, 1):
        check_op(*both(name), exactly(x), dim=dim, grad=False)


@pytest.mark.parametrize("name", OPS)
def test_threads(name):
    check_threads(both(name)[0], integers((3, 100_000), 2), dim=1, order=0)
    check_threads(both(name)[0], integers((100_000, 3), 2), dim=0, order=0)


def test_scalar_and_empty():
    assert dlcore.all(dlcore.tensor(True)).item() is True
    assert dlcore.any(dlcore.tensor(0.0), 0).item() is False
    assert dlcore.all(dlcore.zeros(0, 3), 0).tolist() == [True] * 3
    assert dlcore.any(dlcore.zeros(0, 3)).item() is False


def test_errors():
    check_error(IndexError, "all: axis 3 is out of range for shape (2, 5)", lambda: dlcore.zeros(2, 5).all(3))
    check_error(ValueError, "any: axis -2 appears twice in (0, -2)", lambda: dlcore.zeros(2, 5).any((0, -2)))
