"""The logarithm of a sum of exponentials."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import exactly, integers


@pytest.mark.parametrize("dim", [0, 1, 2, -1, (0, 1), (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("keepdim", [False, True])
def test_dimensions(dim, keepdim):
    check_op(dlcore.logsumexp, reference.logsumexp, (3, 5, 7), dim=dim, keepdim=keepdim)


@pytest.mark.parametrize("n", SIZES)
def test_sizes(n):
    for shape, dim in (((n, 3), 0), ((3, n), 1), ((n, 3), 1)):
        check_op(dlcore.logsumexp, reference.logsumexp, shape, dim=dim)


def test_no_overflow():
    x = np.array([[1e4, 1e4 + 1, -1e4], [88.0, -88.0, 0.0], [-1e4, -1e4, -1e4]])
    for dim in (0, 1, (0, 1)):
        check_op(dlcore.logsumexp, reference.logsumexp, exactly(x), dim=dim, grad=False)
    check_op(dlcore.logsumexp, reference.logsumexp, exactly(np.array([90.0, 89.0, 0.0, -90.0])), dim=0)


def test_infinities_and_nan():
    inf, nan = np.inf, np.nan
    x = np.array([[-inf, -inf], [inf, 0.0], [inf, -inf], [nan, 1.0], [-inf, 2.0]])
    for dim in (0, 1):
        check_op(dlcore.logsumexp, reference.logsumexp, exactly(x), dim=dim, grad=False)


def test_gradient_of_a_masked_element_is_zero():
    x = dlcore.tensor([-np.inf, 1.0, 2.0], requires_grad=True)
    dlcore.logsumexp(x, 0).backward()
    assert x.grad.tolist()[0] == 0
    assert np.isfinite(x.grad.numpy()).all()


@pytest.mark.parametrize(("shape", "dim"), [((300_000,), 0), ((100_000, 3), 0), ((3, 100_000), 1)])
def test_threads(shape, dim):
    check_threads(dlcore.logsumexp, shape, dim=dim)


def test_scalar_and_integers():
    check_op(dlcore.logsumexp, reference.logsumexp, (), dim=0)
    check_op(dlcore.logsumexp, reference.logsumexp, integers((3, 5), 9), dim=1, grad=False)


def test_errors():
    check_error(
        IndexError, "logsumexp: axis 3 is out of range for shape (2, 5)", lambda: dlcore.zeros(2, 5).logsumexp(3)
    )
