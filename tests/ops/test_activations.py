"""Activation functions."""

import dlcore
import numpy as np
import pytest
import reference as ref
from check import SIZES, check_error, check_op, check_threads
from samples import distinct, normal, uniform

NAMES = ["sigmoid", "tanh", "relu", "hardsigmoid", "leaky_relu", "elu", "softplus", "silu", "gelu"]
SPECIAL = np.array([0.0, -0.0, 1, -1, 30, -30, 1e30, -1e30, np.inf, -np.inf, np.nan])


@pytest.mark.parametrize("name", NAMES)
def test_values_and_gradients(name):
    op, reference = getattr(dlcore, name), getattr(ref, name)
    for n in SIZES:
        check_op(op, reference, distinct((n,)), layouts=("stepped",))
    for shape in ((3, 17), (), (0, 3)):
        check_op(op, reference, distinct(shape))
    check_threads(op, normal((300, 400), 2.0))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("leaky_relu", {"negative_slope": 0.3}),
        ("leaky_relu", {"negative_slope": 0.0}),
        ("elu", {"alpha": 0.4}),
        ("softplus", {"beta": 2.5}),
        ("softplus", {"beta": 2.0, "threshold": 1.0}),
        ("gelu", {"approximate": "tanh"}),
        ("gelu", {"approximate": "none"}),
    ],
)
def test_parameters(name, options):
    op, reference = getattr(dlcore, name), getattr(ref, name)
    for shape in ((3, 17), ()):
        check_op(op, reference, distinct(shape), layouts=("transposed",), **options)
    check_threads(op, normal((300, 400), 2.0), **options)


def test_hardsigmoid_between_its_corners():
    check_op(dlcore.hardsigmoid, ref.hardsigmoid, uniform((3, 17), -2.9, 2.9), layouts=("transposed",))
    x = dlcore.tensor([-3.0, 3.0], requires_grad=True)
    dlcore.hardsigmoid(x).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [0, 0])


def test_slopes_at_zero():
    for name, slope in (("relu", 0), ("leaky_relu", 0.01), ("elu", 1), ("silu", 0.5), ("gelu", 0.5), ("sigmoid", 0.25)):
        x = dlcore.tensor([0.0], requires_grad=True)
        getattr(dlcore, name)(x).sum().backward()
        np.testing.assert_allclose(x.grad.numpy(), [slope])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
def test_special_values(name, dtype):
    x = SPECIAL.astype(dtype)
    with np.errstate(all="ignore"):
        expected = getattr(ref, name)(x.astype(np.float64)).astype(dtype)
    y = getattr(dlcore, name)(dlcore.from_numpy(np.tile(x, 3))).numpy()
    np.testing.assert_allclose(y, np.tile(expected, 3), rtol=1e-6, atol=0 if name != "gelu" else 1e-30)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_far_out_are_finite(name):
    for dtype in (dlcore.float32, dlcore.float64):
        x = dlcore.tensor([-1e4, -200.0, 200.0, 1e4], dtype=dtype, requires_grad=True)
        (dx,) = dlcore.autograd.grad(getattr(dlcore, name)(x).sum(), x, create_graph=True)
        (ddx,) = dlcore.autograd.grad(dx.sum(), x, allow_unused=True, materialize_grads=True)
        assert np.isfinite(dx.detach().numpy()).all()
        assert np.isfinite(ddx.numpy()).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_integers(dtype):
    a = np.array([0, 1, 3], dtype)
    x = dlcore.from_numpy(a)
    assert dlcore.relu(x).numpy().dtype == dtype
    for name in NAMES:
        if name != "relu":
            y = getattr(dlcore, name)(x)
            assert y.dtype is dlcore.float32
            np.testing.assert_allclose(y.numpy(), getattr(ref, name)(a.astype(float)), rtol=1e-6)


def test_relu_of_negative_integers():
    assert dlcore.relu(dlcore.tensor([-2, 0, 3])).tolist() == [0, 0, 3]


@pytest.mark.parametrize("name", ["sigmoid", "relu", "tanh"])
def test_methods(name):
    x = dlcore.from_numpy(np.array([-1.0, 2.0], np.float32))
    expected = getattr(dlcore, name)(x).numpy()
    np.testing.assert_array_equal(getattr(x, name)().numpy(), expected)
    assert getattr(x, f"{name}_")() is x
    np.testing.assert_array_equal(x.numpy(), expected)


def test_errors():
    x = dlcore.ones(2)
    check_error(
        ValueError,
        "gelu: approximate: expected 'none' or 'tanh', got 'erf'",
        lambda: dlcore.gelu(x, approximate="erf"),
    )
    check_error(TypeError, "relu: expected numbers, got dtype bool", lambda: dlcore.relu(x > 0))
