"""Softmax and its logarithm."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import exactly, integers

OPS = ("softmax", "log_softmax")


def both(name):
    return getattr(dlcore, name), getattr(reference, name)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("dim", [0, 1, 2, -1, -3])
def test_dimensions(name, dim):
    check_op(*both(name), (3, 5, 7), dim=dim)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("n", SIZES)
def test_sizes(name, n):
    for shape in ((n, 5), (5, n), (2, n, 3)):
        for dim in range(len(shape)):
            check_op(*both(name), shape, dim=dim)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize(
    ("shape", "dim"), [((3, 2500), 1), ((700, 10), 1), ((40, 600), 0), ((2, 300, 70), 1), ((9000, 3), 0)]
)
def test_more_than_one_block(name, shape, dim):
    check_op(*both(name), shape, dim=dim, order2=False)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize(
    ("shape", "dim"), [((300_000,), 0), ((40_000, 10), 1), ((200, 1000), 0), ((3, 500, 200), 1), ((100_000, 3), 0)]
)
def test_threads(name, shape, dim):
    check_threads(*both(name)[:1], shape, dim=dim)


@pytest.mark.parametrize("name", OPS)
def test_scalar(name):
    check_op(*both(name), (), dim=0)
    check_op(*both(name), (), dim=-1)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("dim", [0, 1])
def test_no_overflow(name, dim):
    check_op(*both(name), exactly(np.array([[1e4, 1e4 + 1, -1e4], [88.0, -88.0, 0.0]])), dim=dim)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("dim", [0, 1])
def test_infinities_and_nan(name, dim):
    inf, nan = np.inf, np.nan
    x = np.array([[-inf, 0.0, 1.0], [-inf, -inf, -inf], [inf, 0.0, 1.0], [nan, 0.0, 1.0], [2.0, -inf, 1.0]])
    check_op(*both(name), exactly(x if dim == 1 else x.T.copy()), dim=dim, grad=False, layouts=())


def test_no_grad_of_masked_elements():
    x = dlcore.tensor([[1.0, -np.inf, 2.0]], requires_grad=True)
    for op in (dlcore.softmax, dlcore.log_softmax):
        (dx,) = dlcore.autograd.grad(op(x, 1), x, dlcore.tensor([[0.0, 0.0, 1.0]]))
        assert np.isfinite(dx.numpy()).all()
        assert dx.tolist()[0][1] == 0


def test_a_long_float32_lane_sums_to_one():
    y = dlcore.softmax(dlcore.zeros(1_000_000), 0)
    assert abs(y.numpy().sum(dtype=np.float64) - 1) < 1e-6


@pytest.mark.parametrize("name", OPS)
def test_dtype(name):
    op, ref = both(name)
    check_op(lambda x: op(x, 1, dtype=dlcore.float32), lambda x: ref(x, 1), integers((3, 5), 9), grad=False)
    x = dlcore.tensor([[0.5, 1.5]], requires_grad=True)
    y = op(x, dim=1, dtype=dlcore.float64)
    assert y.dtype == dlcore.float64
    y.backward(dlcore.tensor([[1.0, 0.0]], dtype=dlcore.float64))
    assert x.grad.dtype == dlcore.float32


def test_methods():
    x = dlcore.tensor([[0.5, 1.5]])
    assert x.softmax(1).tolist() == dlcore.softmax(x, 1).tolist()
    assert x.log_softmax(-1).tolist() == dlcore.log_softmax(x, 1).tolist()


def test_errors():
    x = dlcore.zeros(2, 5)
    check_error(IndexError, "softmax: axis 3 is out of range for shape (2, 5)", lambda: x.softmax(3))
    check_error(IndexError, "log_softmax: axis -3 is out of range for shape (2, 5)", lambda: x.log_softmax(-3))
    text = "expected a floating dtype, got int64; pass dtype= to convert"
    for name in OPS:
        check_error(TypeError, f"{name}: {text}", lambda name=name: both(name)[0](dlcore.tensor([1, 2]), 0))
