"""Vector norms of any order."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import distinct, exactly

INF = float("inf")
ORDERS = ("fro", 0, 1, 2, 3, 1.5, 0.5, -1, -2, INF, -INF)


@pytest.mark.parametrize("p", ORDERS)
@pytest.mark.parametrize("dim", [None, (), 0, -1, (0, 2)])
def test_dimensions(p, dim):
    for keepdim in (False, True):
        check_op(dlcore.norm, reference.norm, distinct((3, 5, 4)), p=p, dim=dim, keepdim=keepdim)


@pytest.mark.parametrize("p", [0, 1, 2, 2.5, INF])
@pytest.mark.parametrize("n", SIZES)
def test_sizes(p, n):
    for shape, dim in (((n, 3), 0), ((3, n), 1), ((n, 3), 1)):
        if shape[dim] > 0 or p != INF:
            check_op(dlcore.norm, reference.norm, distinct(shape), p=p, dim=dim)


@pytest.mark.parametrize("p", ORDERS)
def test_gradient_at_zero_is_zero(p):
    x = dlcore.zeros(2, 3, requires_grad=True)
    (dx,) = dlcore.autograd.grad(dlcore.norm(x, p, 1).sum(), x, create_graph=True)
    assert dx.tolist() == [[0, 0, 0]] * 2
    if dx.requires_grad:
        (ddx,) = dlcore.autograd.grad(dx.sum(), x, allow_unused=True)
        assert ddx is None or np.isfinite(ddx.numpy()).all()


@pytest.mark.parametrize("p", [1, 2, 3, 1.5, 0.5])
def test_gradient_of_zeros_among_others(p):
    x = dlcore.tensor([0.0, 1.0, -1.0], requires_grad=True)
    dlcore.norm(x, p).backward()
    assert x.grad.tolist()[0] == 0
    np.testing.assert_allclose(x.grad.numpy()[1:], np.array([1, -1]) * 2.0 ** (1 / p - 1), rtol=1e-6)


def test_largest_elements_share_the_gradient():
    x = dlcore.tensor([2.0, -2.0, 1.0], requires_grad=True)
    dlcore.norm(x, INF).backward()
    assert x.grad.tolist() == [0.5, -0.5, 0]


def test_infinities_and_nan():
    x = np.array([[INF, -INF, 1], [np.nan, 1, INF], [0, 0, -INF]])
    for p in (0, 1, 2, 3, INF, -INF):
        check_op(dlcore.norm, reference.norm, exactly(x), p=p, dim=1, grad=False)


@pytest.mark.parametrize(("shape", "dim"), [((300_000,), 0), ((100_000, 3), 0), ((3, 100_000), 1)])
def test_threads(shape, dim):
    for p in (1, 2, INF):
        check_threads(dlcore.norm, shape, p=p, dim=dim)


def test_dtype():
    x = dlcore.tensor([3.0, 4.0], requires_grad=True)
    y = x.norm(dtype=dlcore.float64)
    assert y.dtype == dlcore.float64
    y.backward()
    assert x.grad.dtype == dlcore.float32
    assert dlcore.norm(dlcore.tensor([3, 4]), dtype=dlcore.float32).item() == 5


def test_scalar_and_empty():
    check_op(dlcore.norm, reference.norm, ())
    assert dlcore.norm(dlcore.zeros(0, 3)).item() == 0
    assert dlcore.norm(dlcore.zeros(0, 3), INF, 1).shape == (0,)


def test_errors():
    x = dlcore.zeros(0, 5)
    check_error(IndexError, "norm: axis 3 is out of range for shape (0, 5)", lambda: x.norm(dim=3))
    text = "norm: of order inf expected at least one element, got shape (0, 5)"
    check_error(ValueError, text, lambda: x.norm(INF))
    text = "norm: of order -1 expected at least one element, got shape (0, 5)"
    check_error(ValueError, text, lambda: x.norm(-1, 0))
    check_error(ValueError, "norm: p: expected a number or 'fro', got 'nuc'", lambda: x.norm("nuc"))
    text = "norm: expected a floating dtype, got int64; pass dtype= to convert"
    check_error(TypeError, text, lambda: dlcore.tensor([1, 2]).norm())
