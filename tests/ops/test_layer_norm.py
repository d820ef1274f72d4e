import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import constant, normal


def layer_norm(input, *parameters, normalized_shape, **options):
    return dlcore.layer_norm(input, normalized_shape, *parameters, **options)


def expected(input, *parameters, normalized_shape, **options):
    return reference.layer_norm(input, normalized_shape, *parameters, **options)


@pytest.mark.parametrize(("shape", "last"), [((3, 17), 1), ((17,), 1), ((2, 3, 5), 1), ((2, 3, 5), 2), ((2, 3, 5), 3)])
def test_layer_norm(shape, last):
    normalized_shape = list(shape[-last:])
    parameters = [normal(tuple(normalized_shape))] * 2
    for given in (parameters, parameters[:1], []):
        check_op(layer_norm, expected, shape, *given, normalized_shape=normalized_shape)


def test_a_bias_alone():
    check_op(layer_norm, expected, (3, 5), None, (5,), normalized_shape=[5])


def test_eps():
    check_op(layer_norm, expected, (3, 5), (5,), (5,), normalized_shape=[5], eps=0.5)


@pytest.mark.parametrize("D", [n for n in SIZES if n])
def test_sizes(D):
    check_op(layer_norm, expected, (5, D), (D,), (D,), normalized_shape=[D], eps=0.1)


def test_parameters_without_gradients():
    check_op(layer_norm, expected, (3, 5), constant((5,)), (5,), normalized_shape=[5])
    check_op(layer_norm, expected, constant((3, 5)), (5,), (5,), normalized_shape=[5])


@pytest.mark.parametrize("shape", [(300, 20), (3, 2500), (1000, 300), (70_000, 3)])
def test_more_than_one_block(shape):
    D = shape[1]
    check_op(layer_norm, expected, shape, (D,), (D,), normalized_shape=[D], eps=0.1, order2=False, layouts=())


@pytest.mark.parametrize("shape", [(5000, 64), (20, 30_000)])
def test_threads(shape):
    check_threads(layer_norm, shape, (shape[1],), (shape[1],), normalized_shape=[shape[1]])


def test_empty():
    assert dlcore.layer_norm(dlcore.zeros(0, 3), (3,), dlcore.ones(3)).shape == (0, 3)
    assert dlcore.layer_norm(dlcore.zeros(2, 0), (0,)).shape == (2, 0)
    w = dlcore.ones(3, requires_grad=True)
    dlcore.layer_norm(dlcore.zeros(0, 3), (3,), w).sum().backward()
    assert w.grad.tolist() == [0, 0, 0]


def test_a_large_mean_leaves_the_digits_of_the_variance():
    x = np.random.default_rng(0).standard_normal((4, 3000)).astype(np.float32) + np.float32(1000)
    got = dlcore.layer_norm(dlcore.from_numpy(x), (3000,)).numpy()
    np.testing.assert_allclose(got, reference.layer_norm(x.astype(np.float64), (3000,)), atol=2e-4)


def test_errors():
    x = dlcore.zeros(2, 5)
    message = "layer_norm: normalized_shape: expected the last sizes of the input's shape (2, 5), got (4,)"
    check_error(ValueError, message, lambda: dlcore.layer_norm(x, (4,)))
    message = "layer_norm: normalized_shape: expected at least one size, got ()"
    check_error(ValueError, message, lambda: dlcore.layer_norm(x, ()))
    message = "layer_norm: weight: expected shape (5,), got (4,)"
    check_error(ValueError, message, lambda: dlcore.layer_norm(x, (5,), dlcore.ones(4)))
    message = "layer_norm: bias: expected the input's dtype float32, got float64"
    check_error(TypeError, message, lambda: dlcore.layer_norm(x, (5,), None, dlcore.ones(5, dtype=dlcore.float64)))
    message = "layer_norm: expected an input of a floating dtype, got int64"
    check_error(TypeError, message, lambda: dlcore.layer_norm(dlcore.tensor([1, 2]), (2,)))
