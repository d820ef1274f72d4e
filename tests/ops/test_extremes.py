"""The largest and the smallest: amax, amin, max, min, argmax, argmin."""

import pickle

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import boolean, distinct, exactly, integers

ALL = ("amax", "amin", "max", "min", "argmax", "argmin")
DTYPES = (np.int64, np.int32, np.uint8)


def both(name):
    return getattr(dlcore, name), getattr(reference, name)


@pytest.mark.parametrize("name", ["amax", "amin"])
@pytest.mark.parametrize("dim", [(), 0, -1, (0, 1), (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("keepdim", [False, True])
def test_amax(name, dim, keepdim):
    check_op(*both(name), distinct((3, 5, 7)), dim=dim, keepdim=keepdim)


@pytest.mark.parametrize("name", ["max", "min"])
@pytest.mark.parametrize("keepdim", [False, True])
def test_max_along_a_dimension(name, keepdim):
    for dim in (0, 1, 2, -1):
        check_op(*both(name), distinct((3, 5, 7)), dim=dim, keepdim=keepdim)


@pytest.mark.parametrize("name", ["max", "min"])
def test_max_of_all_and_of_two(name):
    check_op(*both(name), distinct((3, 5)))
    two = distinct((3, 5)), exactly(np.linspace(-1, 1, 5) + 0.02)  # no ties
    check_op(getattr(dlcore, name), getattr(reference, name + "imum"), *two)


@pytest.mark.parametrize("name", ["argmax", "argmin"])
@pytest.mark.parametrize("dim", [None, 0, 1, 2, -1])
@pytest.mark.parametrize("keepdim", [False, True])
def test_argmax(name, dim, keepdim):
    check_op(*both(name), distinct((3, 5, 7)), dim=dim, keepdim=keepdim, grad=False)


@pytest.mark.parametrize("n", [n for n in SIZES if n])
def test_sizes(n):
    for name in ALL:
        for shape, dim in (((n, 3), 0), ((3, n), 1), ((n, 3), 1), ((2, n, 2), 1)):
            check_op(*both(name), distinct(shape), dim=dim, grad=not name.startswith("arg"))


@pytest.mark.parametrize(
    ("shape", "dim"), [((300, 5), 0), ((2, 300, 600), 1), ((3, 5000), 1), ((700, 3), 0), ((300, 20), 1)]
)
def test_more_than_one_block(shape, dim):
    for name in ALL:
        check_op(*both(name), distinct(shape), dim=dim, grad=False)


@pytest.mark.parametrize(("shape", "dim"), [((300_000,), 0), ((100_000, 3), 0), ((3, 100_000), 1), ((300, 1000), 0)])
def test_threads(shape, dim):
    for name in ("amax", "min"):
        check_threads(both(name)[0], shape, dim=dim)
    check_threads(dlcore.argmax, integers(shape, 1000), dim=dim, order=0)


@pytest.mark.parametrize("name", ALL)
def test_first_of_equals(name):
    for dtype in DTYPES:
        for shape, dim in (((400, 5), 0), ((5, 400), 1), ((5000,), 0)):
            check_op(*both(name), integers(shape, 3, dtype=dtype), dim=dim, grad=False)
    check_op(*both(name), boolean((70, 5)), dim=0, grad=False)


@pytest.mark.parametrize("name", ALL)
def test_extreme_numbers_and_nan(name):
    low, high = np.iinfo(np.int64).min, np.iinfo(np.int64).max
    check_op(*both(name), exactly(np.array([[low, high, 0], [high, high, low]])), dim=1, grad=False)
    inf, nan = np.inf, np.nan
    x = np.array([[-inf, -inf, -inf], [inf, 1, inf], [1, nan, nan], [nan, inf, -inf], [-inf, 2, nan], [inf, inf, inf]])
    for dim in (0, 1):
        check_op(*both(name), exactly(x), dim=dim, grad=False)
        check_op(*both(name), exactly(np.repeat(x, 300, axis=1)), dim=dim, grad=False)


@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_flattened(name):
    check_op(*both(name), integers((70, 90), 50), grad=False)


def test_gradient_of_equals():
    x = dlcore.tensor([[2.0, 1.0, 2.0], [3.0, 3.0, 3.0]], requires_grad=True)
    for op, expected in (
        (lambda x: dlcore.amax(x, 1), [[0.5, 0, 0.5], [1 / 3, 1 / 3, 1 / 3]]),
        (dlcore.max, [[0, 0, 0], [1 / 3, 1 / 3, 1 / 3]]),
        (dlcore.min, [[0, 1, 0], [0, 0, 0]]),
        (lambda x: dlcore.max(x, 1).values, [[1, 0, 0], [1, 0, 0]]),
    ):
        (dx,) = dlcore.autograd.grad(op(x).sum(), x)
        np.testing.assert_allclose(dx.numpy(), np.array(expected, np.float32))


def test_scalar():
    for name in ("max", "min", "amax", "amin"):
        check_op(*both(name), ())
    for name in ("argmax", "argmin"):
        check_op(*both(name), (), grad=False)
    x = dlcore.tensor(3.0, requires_grad=True)
    y = x.max(0)
    assert (y.values.item(), y.indices.item()) == (3, 0)
    y.values.backward()
    assert x.grad.item() == 1


def test_named_tuple():
    y = dlcore.tensor([[1.0, 5.0], [4.0, 2.0]]).max(1)
    values, indices = y
    assert values.tolist() == y.values.tolist() == [5, 4]
    assert indices.tolist() == y.indices.tolist() == y[1].tolist() == [1, 0]
    assert indices.dtype == dlcore.int64
    assert isinstance(y, tuple)
    assert isinstance(y, dlcore.ValuesAndIndices)
    assert repr(y) == "dlcore.ValuesAndIndices(values=tensor([5., 4.]), indices=tensor([1, 0]))"
    again = pickle.loads(pickle.dumps(y))
    assert again.values.tolist() == [5, 4]


def test_empty():
    assert dlcore.amax(dlcore.zeros(0, 3), 1).shape == (0,)
    assert dlcore.argmin(dlcore.zeros(0, 3), 1, keepdim=True).shape == (0, 1)
    assert dlcore.max(dlcore.zeros(0, 3), 1).indices.shape == (0,)


def test_errors():
    x = dlcore.zeros(0, 3)
    for name in ALL:
        text = f"{name}: expected at least one element, got shape (0, 3)"
        check_error(ValueError, text, lambda name=name: both(name)[0](x))
        check_error(ValueError, text, lambda name=name: both(name)[0](x, 0))
        text = f"{name}: axis 2 is out of range for shape (0, 3)"
        check_error(IndexError, text, lambda name=name: both(name)[0](x, 2))
