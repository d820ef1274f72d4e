"""Activations written in other ops."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op
from samples import distinct, normal, uniform

NAMES = ["hardtanh", "relu6", "hardswish", "mish", "selu", "celu", "softsign", "logsigmoid"]


@pytest.mark.parametrize("name", NAMES)
def test_values_and_gradients(name):
    op, ref = getattr(dlcore, name), getattr(reference, name)
    for n in SIZES:
        check_op(op, ref, distinct((n,)), layouts=("stepped",))
    for shape in ((3, 17), (), (0, 3)):
        check_op(op, ref, distinct(shape))


@pytest.mark.parametrize(
    ("name", "options", "low", "high"),
    [("hardtanh", {"min_val": -0.5, "max_val": 2.0}, -0.45, 1.95), ("celu", {"alpha": 0.3}, -4, 4)],
)
def test_parameters(name, options, low, high):
    for sample in (uniform((3, 17), low, high), uniform((3, 17), high + 0.1, high + 3)):
        check_op(getattr(dlcore, name), getattr(reference, name), sample, layouts=(), **options)


@pytest.mark.parametrize(
    ("name", "at", "slope"),
    [
        ("hardtanh", [-1, 1, 0], [0, 0, 1]),
        ("relu6", [0, 6, 3], [0, 0, 1]),
        ("hardswish", [-3, 3, 0], [0, 1, 0.5]),
        ("celu", [0], [1]),
        ("softsign", [0], [1]),
        ("logsigmoid", [0, 800, -800], [0.5, 0, 1]),
        ("mish", [0], [0.6]),
    ],
)
def test_slopes_at_corners(name, at, slope):
    x = dlcore.tensor(at, dtype=dlcore.float64, requires_grad=True)
    getattr(dlcore, name)(x).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), slope, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
def test_far_out(name, dtype):
    x = np.array([-80.0, -30, 30, 80], dtype)
    y = getattr(dlcore, name)(dlcore.tensor(x))
    np.testing.assert_allclose(y.numpy(), getattr(reference, name)(x.astype(float)), rtol=1e-6, atol=1e-12)
    assert np.isnan(getattr(dlcore, name)(dlcore.tensor([np.nan], dtype=y.dtype)).numpy()).all()


def test_glu():
    for dim, shape in ((-1, (3, 34)), (0, (6, 2)), (1, (2, 4, 3))):
        check_op(dlcore.glu, reference.glu, normal(shape), dim)
    odd = "glu: expected an even size along dim 0, got shape (3, 2)"
    check_error(ValueError, odd, lambda: dlcore.glu(dlcore.zeros(3, 2), 0))
    check_error(IndexError, "glu: axis 2 is out of range for shape (2, 2)", lambda: dlcore.glu(dlcore.zeros(2, 2), 2))


@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 5), (2, 3, 4, 2)])
def test_prelu(shape):
    for weights in (1, 3):
        check_op(dlcore.prelu, reference.prelu, distinct(shape), normal((weights,)))


def test_prelu_of_few_axes():
    for shape in ((), (5,)):
        check_op(dlcore.prelu, reference.prelu, distinct(shape), normal((1,)), layouts=())


def test_errors():
    x = dlcore.zeros(2, 3)
    for name in [*NAMES, "glu"]:
        text = f"{name}: expected an input of a floating dtype, got int64"
        check_error(TypeError, text, lambda name=name: getattr(dlcore, name)(x.to(dlcore.int64)))
    check_error(ValueError, "hardtanh: expected min_val < max_val, got 1, 1", lambda: dlcore.hardtanh(x, 1, 1))
    check_error(ValueError, "celu: expected alpha > 0, got 0", lambda: dlcore.celu(x, 0))
    shape = "prelu: expected weight of shape (1,) or (3,), got (2,)"
    check_error(ValueError, shape, lambda: dlcore.prelu(x, dlcore.zeros(2)))
    dtype = "prelu: expected one dtype, got input float32, weight float64"
    check_error(TypeError, dtype, lambda: dlcore.prelu(x, dlcore.zeros(1, dtype=dlcore.float64)))
