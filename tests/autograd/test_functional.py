"""jacobian, hessian, hvp and vjp against derivatives written by hand."""

import re

import dlcore as dl
import numpy as np
import pytest
from dlcore.autograd.functional import hessian, hvp, jacobian, vjp

A = np.random.default_rng(0).standard_normal((3, 3))
X = np.random.default_rng(1).standard_normal(3)
Y = np.random.default_rng(2).standard_normal(2)


def x64(values):
    return dl.tensor(values, dtype=dl.float64)


def close(actual, expected):
    np.testing.assert_allclose(actual.detach().numpy(), expected, rtol=1e-10, atol=1e-12)


def quadratic(x):
    return (x * (x64(A) * x).sum(-1)).sum()


def cubic(x):
    return (x * x * x).sum()


def outer(x, y):
    return x.reshape(3, 1) * y * y


def test_jacobian():
    close(jacobian(lambda x: x.exp(), x64(X)), np.diag(np.exp(X)))
    close(jacobian(lambda x: (x * x).sum(), x64(X)), 2 * X)
    result = jacobian(lambda x: (x64(A) * x).sum(-1), (x64(X),))
    assert type(result) is tuple
    close(result[0], A)


def test_jacobian_of_several():
    dx, dy = jacobian(outer, (x64(X), x64(Y)))
    close(dx, np.einsum("ik,j->ijk", np.eye(3), Y**2))
    close(dy, np.einsum("i,jk,j->ijk", X, np.eye(2), 2 * Y))
    two = jacobian(lambda x: (x.exp(), x.sum()), x64(X))
    close(two[0], np.diag(np.exp(X)))
    close(two[1], np.ones(3))


def test_jacobian_without_elements():
    assert tuple(jacobian(lambda x: x.exp(), dl.zeros(0)).shape) == (0, 0)
    assert tuple(jacobian(lambda x: x[:0], dl.zeros(3)).shape) == (0, 3)


def test_hessian():
    close(hessian(quadratic, x64(X)), A + A.T)
    close(hessian(cubic, x64(X)), np.diag(6 * X))
    (xx, xy), (yx, yy) = hessian(lambda x, y: outer(x, y).sum(), (x64(X), x64(Y)))
    close(xx, np.zeros((3, 3)))
    close(xy, np.ones((3, 1)) * 2 * Y)
    close(yx, (np.ones((3, 1)) * 2 * Y).T)
    close(yy, 2 * X.sum() * np.eye(2))
    close(hessian(lambda x: x.sum(), x64(X)), np.zeros((3, 3)))


def test_hvp():
    v = np.array([1.0, -2.0, 0.5])
    value, product = hvp(quadratic, x64(X), x64(v))
    close(value, X @ A @ X)
    close(product, (A + A.T) @ v)
    _, (px, py) = hvp(lambda x, y: outer(x, y).sum(), (x64(X), x64(Y)), (x64(v), x64(Y)))
    close(px, np.full(3, 2 * Y @ Y))
    close(py, 2 * Y * v.sum() + 2 * X.sum() * Y)
    close(hvp(lambda x: x**3, x64([2.0]))[1], [12.0])


def test_vjp():
    v = np.array([1.0, -2.0, 0.5])
    y, dx = vjp(lambda x: x.exp(), x64(X), x64(v))
    close(y, np.exp(X))
    close(dx, np.exp(X) * v)
    (_, second), dx = vjp(lambda x: (x.exp(), x * x), x64(X), (x64(v), x64(v)))
    close(dx, (np.exp(X) + 2 * X) * v)
    close(second, X * X)
    close(vjp(cubic, x64(X))[1], 3 * X**2)
    unused = vjp(lambda x, y: x * 2, (x64(X), x64(Y)), x64(v))[1]
    close(unused[0], 2 * v)
    close(unused[1], np.zeros(2))


def test_the_results_have_no_history_unless_asked_for():
    x = x64(X).requires_grad_()
    assert not jacobian(cubic, x).requires_grad
    assert not hvp(cubic, x, x64(X))[1].requires_grad
    y, dx = vjp(cubic, x)
    assert not y.requires_grad
    assert not dx.requires_grad
    assert x.grad is None


def test_create_graph_reaches_the_input():
    x = x64(X).requires_grad_()
    jacobian(lambda x: x**3, x, create_graph=True).sum().backward()
    close(x.grad, 6 * X)
    x.grad = None
    hessian(lambda x: (x**4).sum(), x, create_graph=True).sum().backward()
    close(x.grad, 24 * X)
    x.grad = None
    hvp(lambda x: (x**4).sum(), x, x64(np.ones(3)), create_graph=True)[1].sum().backward()
    close(x.grad, 24 * X)
    x.grad = None
    vjp(cubic, x, create_graph=True)[1].sum().backward()
    close(x.grad, 6 * X)


def test_it_works_inside_no_grad():
    with dl.no_grad():
        close(hessian(cubic, x64(X)), np.diag(6 * X))


def test_strict():
    with pytest.raises(RuntimeError, match="jacobian: the output does not depend on input 1, and strict is on"):
        jacobian(lambda x, y: x * 2, (x64(X), x64(Y)), strict=True)
    with pytest.raises(RuntimeError, match="hessian: the gradient does not depend on input 0, and strict is on"):
        hessian(lambda x: x.sum(), x64(X), strict=True)
    close(jacobian(cubic, x64(X), strict=True), 3 * X**2)


def test_errors():
    with pytest.raises(ValueError, match=re.escape("vjp: v expected shapes (3,) of the outputs, got (2,)")):
        vjp(lambda x: x.exp(), x64(X), x64(Y))
    with pytest.raises(ValueError, match="vjp: v expected tensors of the shapes of the outputs, got None"):
        vjp(lambda x: x.exp(), x64(X))
    with pytest.raises(
        ValueError, match=re.escape("hessian: func expected to return a Tensor with one element, got sha")
    ):
        hessian(lambda x: x.exp(), x64(X))
    with pytest.raises(TypeError, match="jacobian: inputs expected Tensors, got float"):
        jacobian(cubic, (1.0,))
