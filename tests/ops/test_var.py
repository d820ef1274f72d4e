"""Variance and standard deviation."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import distinct, normal

OPS = ("var", "std")


def both(name):
    return getattr(dlcore, name), getattr(reference, name)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("dim", [None, (), 0, -1, (0, 1), (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("keepdim", [False, True])
def test_dimensions(name, dim, keepdim):
    check_op(*both(name), (3, 5, 7), dim=dim, keepdim=keepdim)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("correction", [0, 1, 0.5, 2])
def test_correction(name, correction):
    check_op(*both(name), (4, 6), dim=1, correction=correction)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("n", [n for n in SIZES if n > 1])
def test_sizes(name, n):
    check_op(*both(name), distinct((n, 3)), dim=0)
    check_op(*both(name), distinct((3, n)), dim=1)
    check_op(*both(name), (3, 0, n), dim=2)


@pytest.mark.parametrize("name", OPS)
def test_stable_far_from_zero(name):
    # Deviations of about 1 about a mean of 4096: differences from the mean hold 2^-11 of a float32 unit.
    check_op(*both(name), normal((300, 7), shift=4096.0), dim=0, dtypes=(np.float32,), order2=False, rtol=1e-3, atol=0)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize(("shape", "dim"), [((300_000,), 0), ((100_000, 3), 0), ((3, 100_000), 1)])
def test_threads(name, shape, dim):
    check_threads(both(name)[0], shape, dim=dim)


def test_too_few_elements():
    for n in (0, 1):
        for name in OPS:
            y = both(name)[0](dlcore.ones(3, n), 1)
            assert y.shape == (3,)
            assert y.isnan().all()
    assert dlcore.var(dlcore.tensor([1.0, 2.0]), correction=2).item() == np.inf
    assert np.isnan(dlcore.std(dlcore.tensor(1.0)).item())
    assert dlcore.var(dlcore.tensor(1.0), correction=0).item() == 0


def test_gradient_of_std_at_zero():
    x = dlcore.tensor([[2.0, 2.0, 2.0], [1.0, 2.0, 4.0]], requires_grad=True)
    (dx,) = dlcore.autograd.grad(dlcore.std(x, 1).sum(), x, create_graph=True)
    assert dx.tolist()[0] == [0, 0, 0]
    (ddx,) = dlcore.autograd.grad((dx * dx).sum(), x)
    assert np.isfinite(ddx.numpy()).all()


def test_var_mean():
    check_op(dlcore.var_mean, reference.var_mean, (3, 5), dim=1, correction=0, keepdim=True)


def test_errors():
    x = dlcore.zeros(2, 5)
    check_error(IndexError, "var: axis 3 is out of range for shape (2, 5)", lambda: x.var(3))
    check_error(IndexError, "std: axis 2 is out of range for shape (2, 5)", lambda: x.std((0, 2)))
    check_error(ValueError, "std: axis -2 appears twice in (0, -2)", lambda: x.std((0, -2)))
    for name in OPS:
        text = f"{name}: expected a floating dtype, got int64"
        check_error(TypeError, text, lambda name=name: both(name)[0](dlcore.tensor([1, 2])))
